package io.github.faltung.checking;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.PoolingProblem;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.convolution.Problem;
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

    /** Runs a problem forward and returns the result under the problem's name. */
    public ProblemResult run(ProblemLine line, Arrangement arrangement) {
        return run(line, arrangement, Direction.FORWARD);
    }

    /** Runs a problem in a direction and returns the result under the problem's name. */
    public ProblemResult run(ProblemLine line, Arrangement arrangement, Direction direction) {
        return run(line.problem(), arrangement, direction).named(line.name());
    }

    /** Runs a problem forward; see {@link #run(Problem, Arrangement, Direction)}. */
    public ProblemResult run(Problem problem, Arrangement arrangement) {
        return run(problem, arrangement, Direction.FORWARD);
    }

    /**
     * Runs a problem. Whatever the engine throws fails the problem, except that {@link UnsupportedConvolutionException} and a lack of
     * memory for the tensors skip it.
     *
     * @throws IllegalArgumentException if the reference engine's layers are not Evaluators
     */
    public ProblemResult run(Problem problem, Arrangement arrangement, Direction direction) {
        ProblemResult result = attempt(problem, arrangement, direction, options);
        for (int i = 1; i < ATTEMPTS && result.reason().startsWith(Vacuity.VACUOUS); i++) {
            result = attempt(problem, arrangement, direction, options.withSeed(options.seed() + i));
        }
        return result;
    }

    private ProblemResult attempt(Problem problem, Arrangement arrangement, Direction direction, RunOptions attempt) {
        try {
            if (problem instanceof PoolingProblem pooling) {
                requireForward(direction, pooling);
                return new PoolingRun(engine, reference, pooling, arrangement, attempt).run();
            }
            ConvolutionProblem convolution = (ConvolutionProblem) problem;
            return direction == Direction.FORWARD
                    ? forward(convolution, arrangement, attempt)
                    : new GradientsRun(engine, reference, convolution, direction, arrangement, attempt).run();
        } catch (UnsupportedConvolutionException e) {
            return ProblemResult.without(problem, direction, arrangement, Verdict.SKIPPED, message(e), attempt);
        } catch (OutOfMemoryError e) {
            String reason = "not enough memory: " + e.getMessage()
                    + "; try --minibatch 1, or more by -Xmx and -XX:MaxDirectMemorySize";
            return ProblemResult.without(problem, direction, arrangement, Verdict.SKIPPED, reason, attempt);
        }
    }

    private static void requireForward(Direction direction, PoolingProblem problem) {
        if (direction != Direction.FORWARD) {
            throw new UnsupportedConvolutionException("there are no gradients of pooling: " + problem);
        }
    }

    private ProblemResult forward(ConvolutionProblem problem, Arrangement arrangement, RunOptions attempt) {
        ConvolutionDescriptor layer = problem.descriptor();
        boolean integer = layer.types().isInteger();
        boolean exact = attempt.exact() && staysExact(layer.postOps()) && (!integer || IntegerFill.isExactFor(layer));
        Fill fill = integer
                ? IntegerFill.of(problem, attempt.seed())
                : exact ? ExactFill.of(problem, attempt.seed()) : RealFill.of(problem, attempt.seed());
        try (var data = new ProblemData(problem, arrangement, fill, attempt.bias())) {
            return new ProblemRun(engine, reference, problem, arrangement, attempt, exact).run(data);
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
