package io.github.faltung.onednn;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link OneDnnConvolution} owns: weights and plans. Apart from it, so that a cleaner can free this when that is forgotten.
 * Thread-safe.
 */
final class OneDnnLayer implements AutoCloseable {
    private final NativeEngine engine;
    private final PackedWeights weights;
    private final PlanCache plans;

    OneDnnLayer(
            NativeEngine engine,
            ConvolutionDescriptor descriptor,
            Tensor weights,
            @Nullable Tensor bias,
            OneDnnOptions options) {
        this.engine = engine;
        this.weights = new PackedWeights(engine, descriptor, weights, bias);
        this.plans = new PlanCache(engine, descriptor, this.weights, options.plansPerLayer());
    }

    void forward(Tensor src, Tensor dst) {
        plans.execute(src, dst);
    }

    /** Replaces weights and bias in place; nothing may compute meanwhile. */
    void updateWeights(Tensor newWeights, @Nullable Tensor newBias) {
        weights.update(newWeights, newBias);
    }

    /** Makes the plan, which tells what would run, without running or keeping it. */
    Explanation explain(ConvolutionProblem problem, Layout layout, String engineName) {
        TensorShape src = TensorShape.of(problem.srcDims(), layout);
        TensorShape dst = TensorShape.of(problem.dstDims(), layout);
        var plan = new ForwardPlan(engine, problem, src, dst, weights);
        try {
            return plan.explain(engineName, weights);
        } finally {
            plan.retire();
        }
    }

    @Override
    public void close() {
        plans.close();
        weights.close();
    }
}
