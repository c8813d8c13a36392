package io.github.faltung.benchmarks;

import io.github.faltung.convolution.DeformableConvolution;
import io.github.faltung.convolution.Engine;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** A workload on an engine of this library. */
final class EnginePrepared implements Prepared {
    private final Engine engine;
    private final Workload workload;
    private final DeformableConvolution layer;
    private final Tensor src;
    private final Tensor offsets;
    private final @Nullable Tensor mask;
    private final Tensor dst;

    /** Makes it ready; owns the engine. */
    EnginePrepared(Engine engine, Workload workload) {
        this.engine = engine;
        this.workload = workload;
        var problem = Workload.PROBLEM;
        Layout layout = workload.layout();
        try (Tensor weights =
                Tensor.of(workload.weights(), problem.descriptor().convolution().weightsDims())) {
            layer = engine.deformable(problem.descriptor(), weights, null);
        }
        src = Workload.tensor(workload.src(), problem.srcDims(), layout);
        offsets = Workload.tensor(workload.offsets(), problem.offsetsDims(), layout);
        mask = workload.masked() ? Workload.tensor(workload.mask(), problem.maskDims(), layout) : null;
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
    public String how() {
        return layer.explain(Workload.PROBLEM.srcDims(), workload.layout()).implementation();
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
