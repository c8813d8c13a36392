package io.github.faltung.benchmarks.jmh;

import io.github.faltung.benchmarks.peer.EnginePeer;
import io.github.faltung.benchmarks.workload.LayerWorkload;
import io.github.faltung.benchmarks.workload.Values;
import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Tensor;

/** A layer of this library with an engine of its own, and tensors to call it with. */
final class OpenLayer implements AutoCloseable {
    private final LayerWorkload workload;
    private final Engine engine;
    private final Convolution layer;

    OpenLayer(LayerWorkload workload) {
        this.workload = workload;
        engine = EnginePeer.open();
        layer = prepare(engine, workload);
    }

    /** Prepares a layer; the caller closes it. */
    static Convolution prepare(Engine engine, LayerWorkload workload) {
        try (Tensor weights =
                Tensor.of(workload.weights(), workload.problem().descriptor().weightsDims())) {
            return engine.convolution(workload.problem().descriptor(), weights);
        }
    }

    Convolution layer() {
        return layer;
    }

    Tensor newSrc() {
        return Values.tensor(workload.src(), workload.problem().srcDims(), workload.layout());
    }

    Tensor newDst() {
        ConvolutionProblem problem = workload.problem();
        return Tensor.allocate(DataType.F32, problem.dstDims(), workload.layout());
    }

    @Override
    public void close() {
        engine.close();
    }
}
