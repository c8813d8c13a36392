package io.github.faltung.checking;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionGradients;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Evaluation;
import io.github.faltung.convolution.GradientsEvaluator;
import io.github.faltung.convolution.UnsupportedConvolutionException;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.List;

/**
 * One run of a problem's gradient by its source, or of those by its weights and bias: against the reference, and, on integers, by the
 * adjoint identity {@code ⟨conv(x, w), y⟩ = ⟨x, diffSrc⟩ = ⟨w, diffWeights⟩}, which asks no other engine.
 */
final class GradientsRun {
    private final Engine engine;
    private final Engine reference;
    private final ConvolutionProblem problem;
    private final Direction direction;
    private final Arrangement arrangement;
    private final RunOptions options;
    private final GradientsFill fill;
    private final OutputSample sample;

    GradientsRun(
            Engine engine,
            Engine reference,
            ConvolutionProblem problem,
            Direction direction,
            Arrangement arrangement,
            RunOptions options) {
        this.engine = engine;
        this.reference = reference;
        this.problem = problem;
        this.direction = direction;
        this.arrangement = arrangement;
        this.options = options;
        this.fill = GradientsFill.of(problem, options.seed(), options.exact());
        long most = OutputSample.outputsWithin(products(problem, direction), options.multiplyAdds());
        this.sample = OutputSample.of(gradientDims(problem, direction), most, options.seed());
    }

    private static Dims gradientDims(ConvolutionProblem problem, Direction direction) {
        return direction == Direction.BACKWARD_DATA
                ? problem.srcDims()
                : problem.descriptor().weightsDims();
    }

    /** How many products an element of the gradient has, on average. */
    private static long products(ConvolutionProblem problem, Direction direction) {
        return (long) (problem.multiplyAdds() / gradientDims(problem, direction).elements());
    }

    ProblemResult run() {
        ConvolutionDescriptor layer = problem.descriptor();
        if (!layer.postOps().isEmpty()) {
            throw new UnsupportedConvolutionException("gradients are those of the sum, without post-ops: " + problem);
        }
        if (layer.types().isInteger()) {
            throw new UnsupportedConvolutionException("gradients are of floating-point types: " + problem);
        }
        try (Tensor src = arrangement.allocateSrc(layer.types().src(), problem.srcDims());
                Tensor weights = Tensor.allocate(layer.types().weights(), layer.weightsDims(), Layout.CHANNELS_FIRST);
                Tensor diffDst = arrangement.allocateDst(layer.types().dst(), problem.dstDims());
                ConvolutionGradients expected = reference.gradients(layer)) {
            ProblemData.fill(src, fill.src());
            ProblemData.fill(weights, fill.weights());
            ProblemData.fill(diffDst, fill.diffDst());
            GradientsEvaluator evaluator = CheckedEngine.gradientsEvaluator(expected);
            long begin = System.nanoTime();
            if (direction == Direction.BACKWARD_DATA) {
                Evaluation evaluation = evaluator.evaluateData(weights, diffDst, problem.srcDims(), sample.positions());
                return data(src, weights, diffDst, evaluation, System.nanoTime() - begin);
            }
            Evaluation evaluation = evaluator.evaluateWeights(src, diffDst, sample.positions());
            Evaluation bias = evaluator.evaluateBias(src, diffDst);
            return weights(src, weights, diffDst, evaluation, bias, System.nanoTime() - begin);
        }
    }

    private ProblemResult data(Tensor src, Tensor weights, Tensor diffDst, Evaluation expected, long referenceNanos) {
        ConvolutionDescriptor layer = problem.descriptor();
        try (Tensor diffSrc = arrangement.allocateSrc(layer.types().src(), problem.srcDims());
                ConvolutionGradients gradients = engine.gradients(layer)) {
            SampledTensor.poison(diffSrc, sample);
            long begin = System.nanoTime();
            gradients.backwardData(weights, diffDst, diffSrc);
            long engineNanos = System.nanoTime() - begin;
            Comparison comparison = compare(expected, sample, diffSrc);
            String reason = comparison.isMatch()
                    ? provedBy(expected, src, weights, diffDst, src, diffSrc)
                    : "diffSrc: " + comparison;
            String implementation = gradients
                    .explainBackwardData(problem.srcDims(), arrangement.src())
                    .implementation();
            return result(reason, comparison, implementation, engineNanos, referenceNanos);
        } catch (UnsupportedConvolutionException e) {
            throw e;
        } catch (RuntimeException e) {
            return failed(e);
        }
    }

    private ProblemResult weights(
            Tensor src,
            Tensor weights,
            Tensor diffDst,
            Evaluation expected,
            Evaluation expectedBias,
            long referenceNanos) {
        ConvolutionDescriptor layer = problem.descriptor();
        try (Tensor diffWeights = Tensor.allocate(layer.types().weights(), layer.weightsDims(), Layout.CHANNELS_FIRST);
                Tensor diffBias = Tensor.allocate(layer.biasDims());
                ConvolutionGradients gradients = engine.gradients(layer)) {
            OutputSample all = OutputSample.of(layer.biasDims(), Long.MAX_VALUE, options.seed());
            SampledTensor.poison(diffWeights, sample);
            SampledTensor.poison(diffBias, all);
            long begin = System.nanoTime();
            gradients.backwardWeights(src, diffDst, diffWeights, options.bias() ? diffBias : null);
            long engineNanos = System.nanoTime() - begin;
            Comparison comparison = compare(expected, sample, diffWeights);
            String reason = comparison.isMatch()
                    ? provedBy(expected, src, weights, diffDst, weights, diffWeights)
                    : "diffWeights: " + comparison;
            if (options.bias()) {
                Comparison ofBias = compare(expectedBias, all, diffBias);
                reason = ofBias.isMatch() ? reason : "diffBias: " + ofBias + (reason.isEmpty() ? "" : "; " + reason);
            }
            String implementation = gradients
                    .explainBackwardWeights(problem.srcDims(), arrangement.src())
                    .implementation();
            return result(reason, comparison, implementation, engineNanos, referenceNanos);
        } catch (UnsupportedConvolutionException e) {
            throw e;
        } catch (RuntimeException e) {
            return failed(e);
        }
    }

    private Comparison compare(Evaluation expected, OutputSample elements, Tensor gradient) {
        var none = new double[elements.size()]; // no factor is subnormal
        return Comparison.ofGradient(problem.descriptor(), fill.exact(), expected, none, elements, gradient);
    }

    /** Returns what is wrong with a gradient whose sample is right; empty if nothing is. */
    private String provedBy(
            Evaluation expected, Tensor src, Tensor weights, Tensor diffDst, Tensor argument, Tensor gradient) {
        String vacuous = Vacuity.reason(List.of(), expected.values(), expected, false);
        ConvolutionDescriptor layer = problem.descriptor();
        // Gradients of other types are rounded, which the identity does not survive.
        if (!vacuous.isEmpty() || !fill.exact() || !layer.types().isAllF32()) {
            return vacuous;
        }
        try (Tensor dst = arrangement.allocateDst(layer.types().dst(), problem.dstDims());
                Convolution forward = engine.convolution(layer, weights)) {
            forward.forward(src, dst);
            long output = InnerProduct.of(diffDst, dst);
            long backward = InnerProduct.of(argument, gradient);
            return output == backward
                    ? ""
                    : "adjoint identity: <conv(x, w), y> is " + output + ", but with the gradient it is " + backward;
        }
    }

    private ProblemResult failed(RuntimeException e) {
        String reason = e.getClass().getSimpleName() + ": " + ProblemRunner.message(e);
        return ProblemResult.without(problem, direction, arrangement, Verdict.FAILED, reason, options);
    }

    private ProblemResult result(
            String reason, Comparison comparison, String implementation, long engineNanos, long referenceNanos) {
        return new ProblemResult(
                problem,
                direction,
                "",
                arrangement,
                reason.isEmpty() ? Verdict.PASSED : Verdict.FAILED,
                reason,
                implementation,
                fill.exact(),
                comparison.compared(),
                sample.total(),
                comparison.worstRatio(),
                engineNanos,
                referenceNanos,
                options.seed());
    }
}
