package io.github.faltung.reference;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionGradients;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Evaluation;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.convolution.GradientsEvaluator;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Gradients of the reference engine. Without state, so that any number of threads may call them. */
final class ReferenceGradients extends ConvolutionGradients implements GradientsEvaluator {
    ReferenceGradients(ReferenceEngine engine, ConvolutionDescriptor descriptor) {
        super(engine, descriptor, () -> {});
    }

    @Override
    protected void computeData(Tensor weights, Tensor diffDst, Tensor diffSrc) {
        write(data(weights, diffDst, diffSrc.dims(), all(diffSrc.dims())), diffSrc);
    }

    @Override
    protected void computeWeights(Tensor src, Tensor diffDst, Tensor diffWeights, @Nullable Tensor diffBias) {
        write(weights(src, diffDst, all(diffWeights.dims())), diffWeights);
        if (diffBias != null) {
            write(bias(src, diffDst), diffBias);
        }
    }

    private static long[] all(Dims dims) {
        return LongStream.range(0, dims.elements()).toArray();
    }

    /** Rounds once, to the gradient's type. */
    private static void write(Evaluation evaluation, Tensor gradient) {
        gradient.copyFrom(evaluation.values(), Layout.CHANNELS_FIRST);
    }

    @Override
    public Evaluation evaluateData(Tensor weights, Tensor diffDst, Dims src, long[] positions) {
        return whileOpen(() -> data(weights, diffDst, src, positions));
    }

    @Override
    public Evaluation evaluateWeights(Tensor src, Tensor diffDst, long[] positions) {
        return whileOpen(() -> weights(src, diffDst, positions));
    }

    @Override
    public Evaluation evaluateBias(Tensor src, Tensor diffDst) {
        return whileOpen(() -> bias(src, diffDst));
    }

    private Evaluation whileOpen(Supplier<Evaluation> body) {
        enter();
        try {
            return body.get();
        } finally {
            exit();
        }
    }

    private Evaluation data(Tensor weights, Tensor diffDst, Dims src, long[] positions) {
        ConvolutionProblem problem = problem(src, diffDst);
        requireDims("weights", weights, descriptor().weightsDims());
        var backward = new ReferenceBackward(problem);
        double share = (double) positions.length / src.elements();
        Elements elements = Elements.of(diffDst, share * problem.multiplyAdds());
        Elements taps = Elements.of(weights, share * problem.multiplyAdds());
        return evaluate(backward, positions, src, position -> backward.accumulateData(taps, elements, position));
    }

    private Evaluation weights(Tensor src, Tensor diffDst, long[] positions) {
        ConvolutionProblem problem = problem(src.dims(), diffDst);
        var backward = new ReferenceBackward(problem);
        Dims weights = descriptor().weightsDims();
        double reads = problem.multiplyAdds() * positions.length / weights.elements();
        Elements in = Elements.of(src, reads);
        Elements out = Elements.of(diffDst, reads);
        return evaluate(backward, positions, weights, position -> backward.accumulateWeights(in, out, position));
    }

    private Evaluation bias(Tensor src, Tensor diffDst) {
        var backward = new ReferenceBackward(problem(src.dims(), diffDst));
        Elements out = Elements.of(diffDst, (double) diffDst.dims().elements());
        Dims bias = descriptor().biasDims();
        return evaluate(backward, all(bias), bias, position -> backward.accumulateBias(out, (int) position));
    }

    private ConvolutionProblem problem(Dims src, Tensor diffDst) {
        var problem = new ConvolutionProblem(descriptor(), src);
        requireDims("diffDst", diffDst, problem.dstDims());
        return problem;
    }

    private void requireDims(String name, Tensor tensor, Dims wanted) {
        if (!tensor.dims().equals(wanted)) {
            throw new IllegalArgumentException(
                    name + " must have dims " + wanted + ", but was " + tensor.dims() + ": " + descriptor());
        }
    }

    private Evaluation evaluate(ReferenceBackward backward, long[] positions, Dims within, LongConsumer accumulate) {
        var sums = new double[positions.length];
        var magnitudes = new double[positions.length];
        var products = new long[positions.length];
        for (int i = 0; i < positions.length; i++) {
            if (positions[i] < 0 || positions[i] >= within.elements()) {
                throw new IllegalArgumentException("position must be from 0 to less than " + within.elements()
                        + ", but was " + positions[i] + ": " + descriptor());
            }
            accumulate.accept(positions[i]);
            sums[i] = backward.sum();
            magnitudes[i] = backward.magnitude();
            products[i] = backward.products();
        }
        return new Evaluation(magnitudes, products, List.of(sums), List.of());
    }

    @Override
    protected Explanation explainData(ConvolutionProblem problem, Layout layout) {
        return new Explanation(problem.toString(), engine().name(), "direct", "java", 0, 0, List.of());
    }

    @Override
    protected Explanation explainWeights(ConvolutionProblem problem, Layout layout) {
        return explainData(problem, layout);
    }
}
