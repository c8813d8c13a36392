package io.github.faltung.checking;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Evaluation;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.convolution.UnsupportedConvolutionException;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.List;

/**
 * Runs cases from elsewhere on an engine, and compares with the reference and with the output that came with the case.
 *
 * <p><b>The bound.</b> The expected output is itself an f32 computation. If r is the exact result and b the {@link ErrorBound} of an f32
 * computation, a right engine's y has |y − r| ≤ b and a right expected output e has |e − r| ≤ b, so |y − e| ≤ 2b. The first two are
 * checked, which is more than the third and tells which of the two is wrong.
 *
 * <p>Thread-safe. Closes all that it makes; the engines and the case's tensors stay open.
 */
public final class CaseRunner {
    private final Engine engine;
    private final Engine reference;
    private final RunOptions options;

    /**
     * Makes one.
     *
     * @param engine what is checked
     * @param reference what says what is right; its layers must be {@link io.github.faltung.convolution.Evaluator}s
     * @param options of which the seed and the price of a sample count
     */
    public CaseRunner(Engine engine, Engine reference, RunOptions options) {
        this.engine = engine;
        this.reference = reference;
        this.options = options;
    }

    /**
     * Runs a case. Whatever the engine throws fails it, except that {@link UnsupportedConvolutionException} and a lack of memory skip it.
     */
    public CaseResult run(ConvolutionCase given, Arrangement arrangement) {
        String how = engine.name() + " " + arrangement;
        try {
            var problem = new ConvolutionProblem(given.descriptor(), given.src().dims());
            if (!problem.dstDims().equals(given.expected().dims())) {
                return failed(
                        given,
                        how,
                        "the output must be " + problem.dstDims() + ", but the expected one is "
                                + given.expected().dims() + ": " + problem);
            }
            return run(given, problem, arrangement, how);
        } catch (UnsupportedConvolutionException e) {
            return CaseResult.without(given.name(), how, Verdict.SKIPPED, ProblemRunner.message(e));
        } catch (OutOfMemoryError e) {
            return CaseResult.without(given.name(), how, Verdict.SKIPPED, "not enough memory: " + e.getMessage());
        } catch (RuntimeException e) {
            return failed(given, how, e.getClass().getSimpleName() + ": " + ProblemRunner.message(e));
        }
    }

    private static CaseResult failed(ConvolutionCase given, String how, String reason) {
        return CaseResult.without(given.name(), how, Verdict.FAILED, reason);
    }

    private CaseResult run(ConvolutionCase given, ConvolutionProblem problem, Arrangement arrangement, String how) {
        long most = OutputSample.outputsWithin(problem, options.multiplyAdds());
        OutputSample sample = OutputSample.of(problem.dstDims(), most, options.seed());
        try (Tensor src = arrangement.allocateSrc(problem.srcDims());
                Tensor dst = arrangement.allocateDst(problem.dstDims())) {
            src.copyFrom(given.src().toFloatArray(), Layout.CHANNELS_FIRST);
            Evaluation exact = evaluate(given, src, dst, sample);
            SampledTensor.poison(dst, sample);
            try (Convolution layer = engine.convolution(given.descriptor(), given.weights(), given.bias())) {
                layer.forward(src, dst);
                String implementation =
                        layer.explain(problem.srcDims(), arrangement.src()).implementation();
                List<PostOp> chain = given.descriptor().postOps();
                Comparison found = Comparison.bounded(chain, exact, sample, SampledTensor.read(dst, sample));
                Comparison expected =
                        Comparison.bounded(chain, exact, sample, SampledTensor.read(given.expected(), sample));
                return result(given, how, implementation, sample, found, expected);
            }
        }
    }

    private Evaluation evaluate(ConvolutionCase given, Tensor src, Tensor dst, OutputSample sample) {
        try (Convolution layer = reference.convolution(given.descriptor(), given.weights(), given.bias())) {
            return CheckedEngine.evaluator(layer).evaluate(src, dst, sample.positions());
        }
    }

    private static CaseResult result(
            ConvolutionCase given,
            String how,
            String implementation,
            OutputSample sample,
            Comparison found,
            Comparison expected) {
        String reason = found.isMatch() ? "" : found.toString();
        if (!expected.isMatch()) {
            reason += (reason.isEmpty() ? "" : "; ") + "the expected output is not the reference's: " + expected;
        }
        return new CaseResult(
                given.name(),
                how,
                reason.isEmpty() ? Verdict.PASSED : Verdict.FAILED,
                reason,
                implementation,
                !sample.isWhole(),
                found.worstRatio(),
                expected.worstRatio());
    }
}
