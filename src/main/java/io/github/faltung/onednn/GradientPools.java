package io.github.faltung.onednn;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.convolution.LayerTypes;
import io.github.faltung.convolution.Quantization;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link OneDnnGradients} owns: for each call in progress what it computes with, and what earlier calls left to be used again. Apart
 * from it, so that a cleaner can free this when that is forgotten. Thread-safe.
 */
final class GradientPools implements AutoCloseable {
    /** A transposed layer's adjoint depends on the source's extents, so shapes alone do not tell. */
    private record WeightsKey(int threads, ConvolutionDescriptor regular, WeightsGradient.Shapes shapes) {}

    private final NativeEngine engine;
    private final ConvolutionDescriptor descriptor;
    private final OneDnnOptions options;
    private final IdlePool<ConvolutionDescriptor, DataGradient> byData;
    private final IdlePool<WeightsKey, WeightsGradient> byWeights;

    GradientPools(NativeEngine engine, ConvolutionDescriptor descriptor, OneDnnOptions options) {
        this.engine = engine;
        this.descriptor = descriptor;
        this.options = options;
        this.byData = new IdlePool<>(options.plansPerLayer());
        this.byWeights = new IdlePool<>(options.plansPerLayer());
    }

    void backwardData(Tensor weights, Tensor diffDst, Tensor diffSrc) {
        ConvolutionProblem adjoint = typedAdjoint(new ConvolutionProblem(descriptor, diffSrc.dims()));
        if (adjoint == null) {
            Reached.zero(diffSrc);
            return;
        }
        DataGradient gradient = byData.take(adjoint.descriptor());
        DataGradient ready =
                gradient != null ? gradient : new DataGradient(engine, adjoint.descriptor(), weights, options);
        try {
            Reached.whileHeld(diffDst, adjoint.srcDims(), part -> ready.execute(weights, part, diffSrc));
        } finally {
            byData.give(adjoint.descriptor(), ready);
        }
    }

    /** Returns the problem that is the gradient by the source, in the types to compute it in; {@code null} if that is 0 throughout. */
    private static @Nullable ConvolutionProblem typedAdjoint(ConvolutionProblem problem) {
        LayerTypes types = DataGradient.types(problem.descriptor().types());
        return problem.adjoint()
                .map(adjoint -> new ConvolutionProblem(
                        adjoint.descriptor().withTypes(types, Quantization.NONE), adjoint.srcDims()))
                .orElse(null);
    }

    void backwardWeights(Tensor src, Tensor diffDst, Tensor diffWeights, @Nullable Tensor diffBias) {
        var problem = new ConvolutionProblem(descriptor, src.dims());
        if (!descriptor.transposed()) {
            regularWeights(problem, src, diffDst, diffWeights, diffBias);
            return;
        }
        // In the adjoint problem, source and diffDst change places, and the weights are the same.
        problem.adjoint()
                .ifPresentOrElse(
                        adjoint -> Reached.whileHeld(
                                diffDst,
                                adjoint.srcDims(),
                                part -> regularWeights(adjoint, part, src, diffWeights, null)),
                        () -> Reached.zero(diffWeights));
        if (diffBias != null) {
            BiasGradient.compute(diffDst, diffBias);
        }
    }

    private void regularWeights(
            ConvolutionProblem problem, Tensor src, Tensor diffDst, Tensor diffWeights, @Nullable Tensor diffBias) {
        if (VirtualThreads.isCurrent()) {
            VirtualThreads.runElsewhere(() -> regularWeights(problem, src, diffDst, diffWeights, diffBias));
            return;
        }
        int threads = OpenMpTeam.granted(engine.callers().share());
        var key = new WeightsKey(
                threads, problem.descriptor(), WeightsGradient.Shapes.of(src, diffDst, diffWeights, diffBias));
        WeightsGradient gradient = byWeights.take(key);
        if (gradient == null) {
            gradient = WeightsGradient.of(engine, threads, problem, key.shapes());
        }
        try {
            gradient.execute(src, diffDst, diffWeights, diffBias);
        } finally {
            byWeights.give(key, gradient);
        }
    }

    Explanation explainData(ConvolutionProblem problem, Layout layout, String engineName) {
        ConvolutionProblem adjoint = typedAdjoint(problem);
        if (adjoint == null) {
            return zeros(problem, engineName);
        }
        try (Tensor weights = Tensor.allocate(descriptor.weightsDims());
                var gradient = new DataGradient(engine, adjoint.descriptor(), weights, options)) {
            LayerTypes types = descriptor.types();
            return gradient.explain(
                    TensorShape.of(types.dst(), adjoint.srcDims(), layout),
                    TensorShape.of(types.src(), adjoint.dstDims(), layout),
                    engineName);
        }
    }

    Explanation explainWeights(ConvolutionProblem problem, Layout layout, String engineName) {
        boolean transposed = descriptor.transposed();
        ConvolutionProblem regular = transposed ? problem.adjoint().orElse(null) : problem;
        if (regular == null) {
            return zeros(problem, engineName);
        }
        LayerTypes types = descriptor.types();
        var shapes = new WeightsGradient.Shapes(
                TensorShape.of(transposed ? types.dst() : types.src(), regular.srcDims(), layout),
                TensorShape.of(transposed ? types.src() : types.dst(), regular.dstDims(), layout),
                TensorShape.of(types.weights(), descriptor.weightsDims(), Layout.CHANNELS_FIRST),
                transposed ? null : TensorShape.of(descriptor.biasDims(), Layout.CHANNELS_FIRST));
        try (var gradient = WeightsGradient.of(engine, engine.callers().threads(), regular, shapes)) {
            return gradient.explain(engineName);
        }
    }

    private static Explanation zeros(ConvolutionProblem problem, String engineName) {
        List<String> why = List.of("no output depends on the source");
        return new Explanation(problem.toString(), engineName, "direct", "zeros", 0, 0, why);
    }

    @Override
    public void close() {
        try {
            byData.close();
        } finally {
            byWeights.close();
        }
    }
}
