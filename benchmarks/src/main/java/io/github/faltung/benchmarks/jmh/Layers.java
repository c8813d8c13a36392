package io.github.faltung.benchmarks.jmh;

import io.github.faltung.benchmarks.workload.LayerWorkload;
import io.github.faltung.tensor.Layout;

/** The layers that are measured here. */
final class Layers {
    /** Of which a call is overhead and little else. */
    static final String TINY = "conv g1mb1ic16ih4oc16oh4kh1ph0n\"tiny\"";

    /** Well under a millisecond. */
    static final String MIDDLE = "conv g1mb1ic64ih56oc64oh56kh3ph1n\"middle\"";

    /** Over a millisecond. */
    static final String LARGE = "conv g1mb1ic64ih224oc64oh224kh3ph1n\"large\"";

    private Layers() {}

    static LayerWorkload of(String line) {
        return LayerWorkload.of(line, Layout.CHANNELS_LAST);
    }
}
