package io.github.faltung.checking;

import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Evaluation;
import io.github.faltung.convolution.Pooling;
import io.github.faltung.convolution.PoolingDescriptor;
import io.github.faltung.convolution.PoolingProblem;
import io.github.faltung.convolution.UnsupportedConvolutionException;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Tensor;
import java.util.Arrays;

/**
 * One run of a pooling problem on reals from −1 to 1: hardly two are alike, so a maximum tells which element it is. Maxima compare
 * exactly, means within what rounding allows.
 */
final class PoolingRun {
    private final Engine engine;
    private final Engine reference;
    private final PoolingProblem problem;
    private final Arrangement arrangement;
    private final RunOptions options;

    PoolingRun(Engine engine, Engine reference, PoolingProblem problem, Arrangement arrangement, RunOptions options) {
        this.engine = engine;
        this.reference = reference;
        this.problem = problem;
        this.arrangement = arrangement;
        this.options = options;
    }

    ProblemResult run() {
        DataType type = problem.descriptor().dataType();
        try (Tensor src = arrangement.allocateSrc(type, problem.srcDims());
                Tensor dst = arrangement.allocateDst(type, problem.dstDims());
                Pooling expected = reference.pooling(problem.descriptor())) {
            ProblemData.fill(src, values(type));
            long most = OutputSample.outputsWithin(problem.windowVolume(), options.multiplyAdds());
            OutputSample sample = OutputSample.of(problem.dstDims(), most, options.seed());
            long begin = System.nanoTime();
            Evaluation evaluation = CheckedEngine.evaluator(expected).evaluate(src, dst, sample.positions());
            long referenceNanos = System.nanoTime() - begin;
            SampledTensor.poison(dst, sample);
            return compute(src, dst, evaluation, sample, referenceNanos);
        }
    }

    private ProblemData.Values values(DataType type) {
        var noise = new Noise(options.seed(), 0);
        int middle = type == DataType.U8 ? 128 : 0;
        return type.isFloating() ? noise::real : position -> middle + noise.integer(position, Byte.MAX_VALUE);
    }

    private ProblemResult compute(
            Tensor src, Tensor dst, Evaluation evaluation, OutputSample sample, long referenceNanos) {
        try (Pooling layer = engine.pooling(problem.descriptor())) {
            long begin = System.nanoTime();
            layer.forward(src, dst);
            long engineNanos = System.nanoTime() - begin;
            Comparison comparison = Comparison.pooled(problem, evaluation, sample, SampledTensor.read(dst, sample));
            String reason = comparison.isMatch() ? vacuous(evaluation) : comparison.toString();
            return new ProblemResult(
                    problem,
                    Direction.FORWARD,
                    "",
                    arrangement,
                    reason.isEmpty() ? Verdict.PASSED : Verdict.FAILED,
                    reason,
                    layer.explain(problem.srcDims(), arrangement.src()).implementation(),
                    problem.descriptor().kind() == PoolingDescriptor.Kind.MAX,
                    comparison.compared(),
                    sample.total(),
                    comparison.worstRatio(),
                    engineNanos,
                    referenceNanos,
                    options.seed());
        } catch (UnsupportedConvolutionException e) {
            throw e;
        } catch (RuntimeException e) {
            String reason = e.getClass().getSimpleName() + ": " + ProblemRunner.message(e);
            return ProblemResult.without(problem, Direction.FORWARD, arrangement, Verdict.FAILED, reason, options);
        }
    }

    /** Zeros are right where padding counts and a window has nothing else: if that is so of all, what stood there before is gone. */
    private static String vacuous(Evaluation expected) {
        boolean tells = Arrays.stream(expected.values()).anyMatch(value -> value != 0)
                || Arrays.stream(expected.products()).allMatch(count -> count == 0);
        return tells ? "" : Vacuity.VACUOUS + "all outputs are 0";
    }
}
