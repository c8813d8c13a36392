package io.github.faltung.benchmarks.peer;

import io.github.faltung.benchmarks.workload.LayerWorkload;
import io.github.faltung.benchmarks.workload.Values;
import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;

/** A layer on an engine of this library. */
final class EngineLayer implements Prepared {
    private final Engine engine;
    private final LayerWorkload workload;
    private final Convolution layer;
    private final Tensor src;
    private final Tensor dst;

    /** Makes it ready; owns the engine. */
    EngineLayer(Engine engine, LayerWorkload workload) {
        this.engine = engine;
        this.workload = workload;
        var problem = workload.problem();
        try (Tensor weights = Tensor.of(workload.weights(), problem.descriptor().weightsDims())) {
            layer = engine.convolution(problem.descriptor(), weights);
        }
        src = Values.tensor(workload.src(), problem.srcDims(), workload.layout());
        dst = Tensor.allocate(DataType.F32, problem.dstDims(), workload.layout());
    }

    @Override
    public void run() {
        layer.forward(src, dst);
    }

    @Override
    public float[] output() {
        return dst.toFloatArray(Layout.CHANNELS_FIRST);
    }

    @Override
    public How how() {
        Explanation what = layer.explain(workload.problem().srcDims(), workload.layout());
        return new How(what.formulation(), what.implementation(), what.packedWeightsBytes(), what.scratchpadBytes());
    }

    @Override
    public void close() {
        engine.close();
        src.close();
        dst.close();
    }
}
