package io.github.faltung.onednn;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.convolution.LayerTypes;
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
    private final LayerTypes types;

    OneDnnLayer(
            NativeEngine engine,
            ConvolutionDescriptor descriptor,
            Tensor weights,
            @Nullable Tensor bias,
            OneDnnOptions options) {
        var packed = new PackedWeights(engine, descriptor, weights, bias);
        this.weights = packed;
        this.types = descriptor.types();
        this.engine = engine;
        try {
            this.plans = new PlanCache(
                    engine,
                    ForwardImplementation.finder(engine, descriptor, packed),
                    Work.MUCH, // the planner says where one thread is enough
                    options.plansPerLayer());
        } catch (Throwable e) {
            packed.close();
            throw e;
        }
    }

    /**
     * Finds what runs a problem, for tensors of given shapes, which {@code owner} takes over, also if that fails midway.
     *
     * @param problem of this layer, but for its padding
     */
    Implementation find(NativeHandles owner, ConvolutionProblem problem, TensorShape src, TensorShape dst) {
        return ForwardImplementation.find(engine, owner, problem, Forms.of(src, dst), weights);
    }

    long packedWeightsBytes() {
        return weights.packedBytes();
    }

    void forward(Tensor src, Tensor dst) {
        plans.execute(src, dst);
    }

    /** Replaces weights and bias in place; nothing may compute meanwhile. */
    void updateWeights(Tensor newWeights, @Nullable Tensor newBias) {
        weights.update(newWeights, newBias);
        if (types.isInteger()) {
            plans.clear(); // how integers are computed depends on how large the weights are
        }
    }

    /** Tells what would run. */
    Explanation explain(ConvolutionProblem problem, Layout src, Layout dst, String engineName) {
        return explain(
                TensorShape.of(types.src(), problem.srcDims(), src),
                TensorShape.of(types.dst(), problem.dstDims(), dst),
                engineName);
    }

    /** Tells what would run for tensors of given shapes, whose types need not be the layer's if both are floating-point. */
    Explanation explain(TensorShape src, TensorShape dst, String engineName) {
        return plans.explain(src, dst, engineName, weights::packedBytes);
    }

    @Override
    public void close() {
        plans.close();
        weights.close();
    }
}
