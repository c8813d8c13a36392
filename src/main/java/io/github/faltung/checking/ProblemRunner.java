package io.github.faltung.checking;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.convolution.ProblemLine;
import io.github.faltung.convolution.UnsupportedConvolutionException;
import java.util.List;

/**
 * Runs problems on an engine, with fills of its own, and compares with a reference.
 *
 * <p>Thread-safe. Closes all that it makes; the engines stay open.
 */
public final class ProblemRunner {
    /**
     * How often a problem is filled anew because a comparison proved too little. Chance spoils small outputs, a relu's only output every
     * other time; it does not spoil sixteen fills.
     */
    private static final int ATTEMPTS = 16;

    private final Engine engine;
    private final Engine reference;
    private final RunOptions options;

    /**
     * Makes one.
     *
     * @param engine what is checked
     * @param reference what says what is right; its layers must be {@link io.github.faltung.convolution.Evaluator}s
     */
    public ProblemRunner(Engine engine, Engine reference, RunOptions options) {
        this.engine = engine;
        this.reference = reference;
        this.options = options;
    }

    /** Runs a problem and returns the result under the problem's name. */
    public ProblemResult run(ProblemLine line, Arrangement arrangement) {
        return run(line.problem(), arrangement).named(line.name());
    }

    /**
     * Runs a problem. Whatever the engine throws fails the problem, except that {@link UnsupportedConvolutionException} and a lack of
     * memory for the tensors skip it.
     *
     * @throws IllegalArgumentException if the reference engine's layers are not Evaluators
     */
    public ProblemResult run(ConvolutionProblem problem, Arrangement arrangement) {
        ProblemResult result = attempt(problem, arrangement, options);
        for (int i = 1; i < ATTEMPTS && result.reason().startsWith(Vacuity.VACUOUS); i++) {
            result = attempt(problem, arrangement, options.withSeed(options.seed() + i));
        }
        return result;
    }

    private ProblemResult attempt(ConvolutionProblem problem, Arrangement arrangement, RunOptions attempt) {
        ConvolutionDescriptor layer = problem.descriptor();
        boolean integer = layer.types().isInteger();
        boolean exact = attempt.exact() && staysExact(layer.postOps()) && (!integer || IntegerFill.isExactFor(layer));
        Fill fill = integer
                ? IntegerFill.of(problem, attempt.seed())
                : exact ? ExactFill.of(problem, attempt.seed()) : RealFill.of(problem, attempt.seed());
        try (var data = new ProblemData(problem, arrangement, fill, attempt.bias())) {
            return new ProblemRun(engine, reference, problem, arrangement, attempt, exact).run(data);
        } catch (UnsupportedConvolutionException e) {
            return ProblemResult.without(problem, arrangement, Verdict.SKIPPED, message(e), attempt);
        } catch (OutOfMemoryError e) {
            String reason = "not enough memory: " + e.getMessage()
                    + "; try --minibatch 1, or more by -Xmx and -XX:MaxDirectMemorySize";
            return ProblemResult.without(problem, arrangement, Verdict.SKIPPED, reason, attempt);
        }
    }

    /**
     * A chain that clips, by a clip or by a maximum or minimum, is filled with reals although integers would be exact: sums in the thousands
     * all end up at the bounds, which proves little.
     */
    private static boolean staysExact(List<PostOp> chain) {
        return chain.stream().noneMatch(ProblemRunner::clips) && ExactFill.isExactFor(chain);
    }

    private static boolean clips(PostOp postOp) {
        return (postOp instanceof PostOp.Eltwise eltwise && eltwise.algorithm() == PostOp.Algorithm.CLIP)
                || (postOp instanceof PostOp.Binary binary
                        && (binary.operation() == PostOp.Operation.MAX || binary.operation() == PostOp.Operation.MIN));
    }

    static String message(Throwable e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
