package io.github.faltung.checking;

import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Evaluation;
import io.github.faltung.convolution.UnsupportedConvolutionException;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Runs cases from elsewhere on an engine, and compares with the reference and with the output that came with the case, if one did.
 *
 * <p><b>The bound.</b> A maximum is exact, and so is a sum of integers. Any other expected output is itself an f32 computation. If r is the exact result and b the bound of an f32
 * computation, as {@link CheckedEngine} has it, a right engine's y has |y − r| ≤ b and a right expected output e has |e − r| ≤ b, so |y − e| ≤ 2b. The first two are
 * checked, which is more than the third and tells which of the two is wrong. Expected means that were written down in a few decimals are
 * compared as {@link WrittenDecimals} says, and so does the result.
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
    public CaseResult run(Case given, Arrangement arrangement) {
        String how = engine.name() + " " + arrangement;
        try {
            Dims dims = given.dstDims();
            @Nullable Tensor expected = given.expected();
            if (expected != null && !(dims.equals(expected.dims()) && given.dstType() == expected.dataType())) {
                return failed(
                        given,
                        how,
                        "the output must be " + dims + " " + given.dstType() + ", but the expected one is "
                                + expected.dims() + " " + expected.dataType() + ": " + given.line());
            }
            return run(given, dims, arrangement, how);
        } catch (UnsupportedConvolutionException e) {
            return CaseResult.without(given.name(), how, Verdict.SKIPPED, ProblemRunner.message(e));
        } catch (OutOfMemoryError e) {
            return CaseResult.without(given.name(), how, Verdict.SKIPPED, "not enough memory: " + e.getMessage());
        } catch (RuntimeException e) {
            return failed(given, how, e.getClass().getSimpleName() + ": " + ProblemRunner.message(e));
        }
    }

    private static CaseResult failed(Case given, String how, String reason) {
        return CaseResult.without(given.name(), how, Verdict.FAILED, reason);
    }

    private CaseResult run(Case given, Dims dstDims, Arrangement arrangement, String how) {
        long most = OutputSample.outputsWithin(given.products(), options.multiplyAdds());
        OutputSample sample = OutputSample.of(dstDims, most, options.seed());
        try (Tensor src = arrangement.allocateSrc(
                        given.src().dataType(), given.src().dims());
                Tensor dst = arrangement.allocateDst(given.dstType(), dstDims)) {
            src.copyFrom(given.src());
            Evaluation exact = given.evaluate(reference, src, dst, sample.positions());
            SampledTensor.poison(dst, sample);
            String implementation = given.forward(engine, src, dst, arrangement);
            Comparison found = given.compare(exact, sample, SampledTensor.read(dst, sample));
            @Nullable Tensor expected = given.expected();
            if (expected == null) {
                return result(given, how, implementation, sample, found, null, WrittenDecimals.NONE);
            }
            double[] published = SampledTensor.read(expected, sample);
            Comparison witness = given.compareExpected(exact, sample, published);
            int decimals = WrittenDecimals.NONE;
            if (!witness.isMatch() && given instanceof PoolingCase pooling && pooling.isMean()) {
                decimals = WrittenDecimals.of(SampledTensor.readAll(given.src()), published);
                witness = decimals == WrittenDecimals.NONE
                        ? witness
                        : WrittenDecimals.means(exact, sample, published, decimals);
            }
            return result(given, how, implementation, sample, found, witness, decimals);
        }
    }

    private static CaseResult result(
            Case given,
            String how,
            String implementation,
            OutputSample sample,
            Comparison found,
            @Nullable Comparison witness,
            int decimals) {
        String reason = found.isMatch() ? "" : found.toString();
        if (witness != null && !witness.isMatch()) {
            reason += (reason.isEmpty() ? "" : "; ") + "the expected output is not the reference's: " + witness;
        }
        boolean passed = reason.isEmpty();
        if (passed && decimals != WrittenDecimals.NONE) {
            reason = "source and expected output are written in " + decimals + " decimals";
        }
        return new CaseResult(
                given.name(),
                how,
                passed ? Verdict.PASSED : Verdict.FAILED,
                reason,
                implementation,
                !sample.isWhole(),
                found.worstRatio(),
                witness == null ? Double.NaN : witness.worstRatio());
    }
}
