package io.github.faltung.benchmarks.contest;

import io.github.faltung.benchmarks.workload.LayerWorkload;
import io.github.faltung.tensor.Layout;
import java.util.List;

/**
 * What the machine can do with the threads of a contender: what oneDNN's best layers reach, and what memory moves.
 *
 * @param gigaflops f32 operations a second, in 1e9
 * @param gigabytesPerSecond by STREAM's triad
 */
public record Roof(double gigaflops, double gigabytesPerSecond) {
    /** Large products that stay in cache: as matrix, as window, as a batch. The best of them is the roof. */
    private static final List<String> LAYERS = List.of(
            "conv g1mb1ic1024ih32oc1024oh32kh1ph0n\"roof_1x1\"",
            "conv g1mb1ic256ih28oc256oh28kh3ph1n\"roof_3x3\"",
            "conv g1mb4ic512ih16oc512oh16kh1ph0n\"roof_batch\"");

    private static final int TIMES = 15;
    private static final int CALLS = 4;

    /**
     * Measures it.
     *
     * @param raw the contender that calls oneDNN itself
     */
    public static Roof measure(ContenderProcess raw) {
        double best = 0;
        for (String line : LAYERS) {
            LayerWorkload layer = LayerWorkload.of(line, Layout.CHANNELS_LAST);
            raw.prepare(layer);
            for (int i = 0; i < TIMES; i++) {
                best = Math.max(best, layer.operations() / raw.time(1, CALLS).minimum() / 1e6);
            }
        }
        return new Roof(best, raw.gigabytesPerSecond());
    }

    /** Returns the better of both: a shared machine is at times slower than it is. */
    public Roof max(Roof other) {
        return new Roof(Math.max(gigaflops, other.gigaflops), Math.max(gigabytesPerSecond, other.gigabytesPerSecond));
    }
}
