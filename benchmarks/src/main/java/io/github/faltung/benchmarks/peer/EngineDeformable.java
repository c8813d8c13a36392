package io.github.faltung.benchmarks.peer;

import io.github.faltung.benchmarks.workload.DeformableWorkload;
import io.github.faltung.benchmarks.workload.Values;
import io.github.faltung.convolution.DeformableConvolution;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** A deformable layer on an engine of this library. */
final class EngineDeformable implements Prepared {
    private final Engine engine;
    private final DeformableWorkload workload;
    private final DeformableConvolution layer;
    private final Tensor src;
    private final Tensor offsets;
    private final @Nullable Tensor mask;
    private final Tensor dst;

    /** Makes it ready; owns the engine. */
    EngineDeformable(Engine engine, DeformableWorkload workload) {
        this.engine = engine;
        this.workload = workload;
        var problem = DeformableWorkload.PROBLEM;
        Layout layout = workload.layout();
        try (Tensor weights =
                Tensor.of(workload.weights(), problem.descriptor().convolution().weightsDims())) {
            layer = engine.deformable(problem.descriptor(), weights, null);
        }
        src = Values.tensor(workload.src(), problem.srcDims(), layout);
        offsets = Values.tensor(workload.offsets(), problem.offsetsDims(), layout);
        mask = workload.masked() ? Values.tensor(workload.mask(), problem.maskDims(), layout) : null;
        dst = Tensor.allocate(DataType.F32, problem.dstDims(), layout);
    }

    @Override
    public void run() {
        layer.forward(src, offsets, mask, dst);
    }

    @Override
    public float[] output() {
        return dst.toFloatArray(Layout.CHANNELS_FIRST);
    }

    @Override
    public How how() {
        Explanation what = layer.explain(DeformableWorkload.PROBLEM.srcDims(), workload.layout());
        return new How(what.formulation(), what.implementation(), what.packedWeightsBytes(), what.scratchpadBytes());
    }

    @Override
    public void close() {
        engine.close();
        src.close();
        offsets.close();
        if (mask != null) {
            mask.close();
        }
        dst.close();
    }
}
