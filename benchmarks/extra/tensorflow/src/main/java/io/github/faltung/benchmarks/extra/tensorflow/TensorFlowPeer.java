package io.github.faltung.benchmarks.extra.tensorflow;

import io.github.faltung.benchmarks.peer.ExtraPeer;
import io.github.faltung.benchmarks.peer.Prepared;
import io.github.faltung.benchmarks.workload.LayerWorkload;

/** TensorFlow Java. */
public final class TensorFlowPeer implements ExtraPeer {
    @Override
    public String name() {
        return "tensorflow";
    }

    @Override
    public Prepared prepare(LayerWorkload workload, int threads) {
        return new TensorFlowLayer(workload, threads);
    }
}
