package io.github.faltung.checking;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Evaluation;
import io.github.faltung.convolution.Evaluator;
import io.github.faltung.convolution.UnsupportedConvolutionException;

/** One run of a problem on given data: evaluate, compute, compare. */
final class ProblemRun {
    private final Engine engine;
    private final Engine reference;
    private final ConvolutionProblem problem;
    private final Arrangement arrangement;
    private final RunOptions options;
    private final boolean exact;
    private final OutputSample sample;

    ProblemRun(
            Engine engine,
            Engine reference,
            ConvolutionProblem problem,
            Arrangement arrangement,
            RunOptions options,
            boolean exact) {
        this.engine = engine;
        this.reference = reference;
        this.problem = problem;
        this.arrangement = arrangement;
        this.options = options;
        this.exact = exact;
        long most = OutputSample.outputsWithin(problem, options.multiplyAdds());
        this.sample = OutputSample.of(problem.dstDims(), most, options.seed());
    }

    ProblemResult run(ProblemData data) {
        try (Convolution expected = reference.convolution(problem.descriptor(), data.weights(), data.bias())) {
            Evaluator evaluator = CheckedEngine.evaluator(expected);
            long begin = System.nanoTime();
            Evaluation evaluation = evaluator.evaluate(data.src(), data.dst(), sample.positions());
            long referenceNanos = System.nanoTime() - begin;
            if (!problem.descriptor().readsDestination()) {
                SampledTensor.poison(data.dst(), sample);
            }
            return compute(data, evaluation, referenceNanos);
        }
    }

    private ProblemResult compute(ProblemData data, Evaluation evaluation, long referenceNanos) {
        try (Convolution layer = engine.convolution(problem.descriptor(), data.weights(), data.bias())) {
            long begin = System.nanoTime();
            layer.forward(data.src(), data.dst());
            long engineNanos = System.nanoTime() - begin;
            String implementation = layer.explain(problem.srcDims(), arrangement.src(), arrangement.dst())
                    .implementation();
            double[] found = SampledTensor.read(data.dst(), sample);
            boolean isExact = exact || problem.descriptor().isIntegerSum(data.bias() != null);
            Comparison comparison = isExact
                    ? Comparison.exact(problem.descriptor(), evaluation, sample, found)
                    : Comparison.bounded(problem.descriptor(), evaluation, sample, found);
            return result(comparison, evaluation, implementation, engineNanos, referenceNanos);
        } catch (UnsupportedConvolutionException e) {
            throw e;
        } catch (RuntimeException e) {
            String reason = e.getClass().getSimpleName() + ": " + ProblemRunner.message(e);
            return ProblemResult.without(problem, Direction.FORWARD, arrangement, Verdict.FAILED, reason, options);
        }
    }

    private ProblemResult result(
            Comparison comparison,
            Evaluation evaluation,
            String implementation,
            long engineNanos,
            long referenceNanos) {
        String reason = comparison.isMatch()
                ? Vacuity.reason(problem.descriptor(), evaluation, options.bias())
                : comparison.toString();
        return new ProblemResult(
                problem,
                Direction.FORWARD,
                "",
                arrangement,
                reason.isEmpty() ? Verdict.PASSED : Verdict.FAILED,
                reason,
                implementation,
                exact,
                comparison.compared(),
                sample.total(),
                comparison.worstRatio(),
                engineNanos,
                referenceNanos,
                options.seed());
    }
}
