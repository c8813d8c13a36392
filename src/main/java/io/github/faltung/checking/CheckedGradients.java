package io.github.faltung.checking;

import io.github.faltung.convolution.ConvolutionGradients;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Evaluation;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.convolution.GradientsEvaluator;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Gradients beside their reference. The bound is that of a sum of products: an element of {@code diffWeights} has one for each image and
 * place, one of {@code diffBias} counts each of its terms as one. Rounding to a shorter type than f32 is added to it, as {@link Stored}
 * tells.
 */
final class CheckedGradients extends ConvolutionGradients {
    private final ConvolutionGradients gradients;
    private final GradientsEvaluator evaluator;
    private final CheckOptions options;
    private final AtomicLong calls = new AtomicLong();

    CheckedGradients(
            Engine engine,
            ConvolutionGradients gradients,
            GradientsEvaluator evaluator,
            CheckOptions options,
            Runnable free) {
        super(engine, gradients.descriptor(), free);
        this.gradients = gradients;
        this.evaluator = evaluator;
        this.options = options;
    }

    @Override
    protected void computeData(Tensor weights, Tensor diffDst, Tensor diffSrc) {
        long call = calls.getAndIncrement();
        if (call % options.everyNth() != 0) {
            gradients.backwardData(weights, diffDst, diffSrc);
            return;
        }
        long seed = options.seed() + call;
        OutputSample sample = OutputSample.of(diffSrc.dims(), options.outputs(), seed);
        Evaluation expected = evaluator.evaluateData(weights, diffDst, diffSrc.dims(), sample.positions());
        double[] lost = Bf16Losses.ofGradient(
                descriptor(),
                weights,
                diffDst,
                sample.size(),
                (left, right) -> evaluator.evaluateData(left, right, diffSrc.dims(), sample.positions()));
        SampledTensor.poison(diffSrc, sample);
        gradients.backwardData(weights, diffDst, diffSrc);
        compare("diffSrc", expected, lost, sample, diffSrc, diffSrc.dims(), seed);
    }

    @Override
    protected void computeWeights(Tensor src, Tensor diffDst, Tensor diffWeights, @Nullable Tensor diffBias) {
        long call = calls.getAndIncrement();
        if (call % options.everyNth() != 0) {
            gradients.backwardWeights(src, diffDst, diffWeights, diffBias);
            return;
        }
        long seed = options.seed() + call;
        OutputSample sample = OutputSample.of(diffWeights.dims(), options.outputs(), seed);
        Evaluation expected = evaluator.evaluateWeights(src, diffDst, sample.positions());
        double[] lost = Bf16Losses.ofGradient(
                descriptor(),
                src,
                diffDst,
                sample.size(),
                (left, right) -> evaluator.evaluateWeights(left, right, sample.positions()));
        SampledTensor.poison(diffWeights, sample);
        if (diffBias == null) {
            gradients.backwardWeights(src, diffDst, diffWeights, null);
        } else {
            OutputSample all = OutputSample.of(diffBias.dims(), Long.MAX_VALUE, seed);
            SampledTensor.poison(diffBias, all);
            gradients.backwardWeights(src, diffDst, diffWeights, diffBias);
            var none = new double[all.size()]; // no factors
            compare("diffBias", evaluator.evaluateBias(src, diffDst), none, all, diffBias, src.dims(), seed);
        }
        compare("diffWeights", expected, lost, sample, diffWeights, src.dims(), seed);
    }

    private void compare(
            String name,
            Evaluation expected,
            double[] lost,
            OutputSample sample,
            Tensor gradient,
            Dims src,
            long seed) {
        Comparison comparison = Comparison.ofGradient(descriptor(), options.exact(), expected, lost, sample, gradient);
        if (!comparison.isMatch()) {
            String what = gradients.engine().name() + " " + name;
            throw new MismatchException(new ConvolutionProblem(descriptor(), src), what, sample, comparison, seed);
        }
    }

    @Override
    protected Explanation explainData(ConvolutionProblem problem, Layout layout) {
        return gradients.explainBackwardData(problem.srcDims(), layout);
    }

    @Override
    protected Explanation explainWeights(ConvolutionProblem problem, Layout layout) {
        return gradients.explainBackwardWeights(problem.srcDims(), layout);
    }
}
