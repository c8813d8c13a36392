package io.github.faltung.benchmarks.extra.dl4j;

import io.github.faltung.benchmarks.peer.ExtraPeer;
import io.github.faltung.benchmarks.peer.Prepared;
import io.github.faltung.benchmarks.workload.LayerWorkload;

/** ND4J. */
public final class Dl4jPeer implements ExtraPeer {
    @Override
    public String name() {
        return "dl4j";
    }

    @Override
    public Prepared prepare(LayerWorkload workload, int threads) {
        return new Dl4jLayer(workload, threads);
    }
}
