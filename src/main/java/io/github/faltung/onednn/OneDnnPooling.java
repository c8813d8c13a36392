package io.github.faltung.onednn;

import io.github.faltung.convolution.Explanation;
import io.github.faltung.convolution.Pooling;
import io.github.faltung.convolution.PoolingDescriptor;
import io.github.faltung.convolution.PoolingProblem;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;

/**
 * A pooling layer of the oneDNN engine. oneDNN passes over NaN where it looks for the maximum, and begins at the least finite number:
 * that is what it finds in a window of nothing but −∞ or NaN.
 */
final class OneDnnPooling extends Pooling {
    private final PlanCache plans;

    OneDnnPooling(OneDnnEngine engine, PoolingDescriptor descriptor, PlanCache plans) {
        super(engine, descriptor, plans::close);
        this.plans = plans;
    }

    /** Returns the plans of a layer. */
    static PlanCache plans(NativeEngine engine, PoolingDescriptor descriptor, OneDnnOptions options) {
        return new PlanCache(
                engine,
                (owner, src, dst) -> new PoolingImplementation(
                        engine, owner, new PoolingProblem(descriptor, src.dims()), TensorShape.commonLayout(src, dst)),
                options.plansPerLayer());
    }

    @Override
    protected void compute(Tensor src, Tensor dst) {
        plans.execute(src, dst);
    }

    @Override
    protected Explanation explain(PoolingProblem problem, Layout layout) {
        return plans.explain(
                TensorShape.of(problem.srcDims(), layout),
                TensorShape.of(problem.dstDims(), layout),
                engine().name(),
                () -> 0);
    }
}
