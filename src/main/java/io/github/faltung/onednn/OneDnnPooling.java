package io.github.faltung.onednn;

import io.github.faltung.convolution.Explanation;
import io.github.faltung.convolution.Pooling;
import io.github.faltung.convolution.PoolingDescriptor;
import io.github.faltung.convolution.PoolingProblem;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;

/**
 * A pooling layer of the oneDNN engine. oneDNN passes over NaN where it looks for the maximum, and begins at the least finite number:
 * that is what it finds in a window of nothing but −∞ or NaN. What oneDNN has only reference loops for, or refuses, {@link PoolingRows}
 * computes.
 */
final class OneDnnPooling extends Pooling {
    private final Callers callers;
    private final PlanCache plans;

    OneDnnPooling(OneDnnEngine engine, PoolingDescriptor descriptor, PlanCache plans) {
        super(engine, descriptor, plans::close);
        this.callers = engine.callers();
        this.plans = plans;
    }

    /** Returns the plans of a layer. */
    static PlanCache plans(
            NativeEngine engine, WorkerPool workers, PoolingDescriptor descriptor, OneDnnOptions options) {
        return new PlanCache(
                engine,
                (owner, src, dst) -> PoolingImplementation.find(
                        engine,
                        workers,
                        owner,
                        new PoolingProblem(descriptor, src.dims()),
                        TensorShape.commonLayout(src, dst)),
                (src, dst) ->
                        (double) dst.dims().elements() * new PoolingProblem(descriptor, src.dims()).windowVolume(),
                options.plansPerLayer());
    }

    @Override
    protected void compute(Tensor src, Tensor dst) {
        callers.enter();
        try {
            plans.execute(src, dst);
        } finally {
            callers.exit();
        }
    }

    @Override
    protected Explanation explain(PoolingProblem problem, Layout layout) {
        return plans.explain(
                TensorShape.of(descriptor().dataType(), problem.srcDims(), layout),
                TensorShape.of(descriptor().dataType(), problem.dstDims(), layout),
                engine().name(),
                () -> 0);
    }
}
