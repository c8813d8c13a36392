package io.github.faltung.checking;

import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.tensor.DataType;
import java.util.List;

/**
 * Small integers, none of them 0 where there is room, such that every partial sum is exact in f32 whatever the order of summation.
 *
 * <p>An f32 holds every integer up to 2²⁴. A partial sum of an output is an integer of at most {@code n·X·W + B + |scale|·D}: n products
 * of |x| ≤ X and |w| ≤ W, a bias of at most B, and where the chain has a sum, scale times a destination of at most D. The ranges start
 * at {@value #WIDEST}; X·W shrinks until all of that, grown by the slopes of the chain, is at most 2²⁴. Where n alone is too large for
 * X = W = 1, every s-th tap is kept and the others have weight 0, which leaves ⌈n/s⌉ products.
 */
public final class ExactFill implements Fill {
    /** Sixteen values tell neighbours apart; wider ranges would only use up room. */
    static final int WIDEST = 8;

    /** Beyond it an f32 does not hold every integer: it has 24 significant bits. */
    private static final double LIMIT = 0x1p24;

    /** Beyond 65504 an f16 is infinite. */
    private static final double F16_LIMIT = 0x1p15;

    private final Noise src;
    private final Noise weights;
    private final Noise bias;
    private final Noise dst;
    private final Taps taps;
    private final int mostSrc;
    private final int mostWeight;
    private final long tapStep;

    private ExactFill(Taps taps, double room, long seed) {
        this.src = new Noise(seed, 0);
        this.weights = new Noise(seed, 1);
        this.bias = new Noise(seed, 2);
        this.dst = new Noise(seed, 3);
        this.taps = taps;
        double perProduct = Math.max(1, Math.floor(room / taps.count()));
        this.mostSrc = (int) Math.min(WIDEST, Math.floor(Math.sqrt(perProduct)));
        this.mostWeight = (int) Math.min(WIDEST, Math.floor(perProduct / mostSrc));
        this.tapStep = (long) Math.ceil(taps.count() / Math.floor(room));
    }

    /**
     * Returns the fill of a problem; the same seed gives the same values.
     *
     * @throws IllegalArgumentException if the post-ops are not {@link #isExactFor exact}
     */
    public static ExactFill of(ConvolutionProblem problem, long seed) {
        return of(problem, seed, problem.descriptor().types().dst() == DataType.F16 ? F16_LIMIT : LIMIT);
    }

    /** With another limit than f32's, so that tests reach the sparse fills. */
    static ExactFill of(ConvolutionProblem problem, long seed, double limit) {
        List<PostOp> chain = problem.descriptor().postOps();
        if (!isExactFor(chain, limit)) {
            throw new IllegalArgumentException("post-ops must take integers to integers below 2^24, but were " + chain);
        }
        return new ExactFill(Taps.of(problem.descriptor()), room(chain, limit), seed);
    }

    /**
     * Returns whether a chain takes integers to integers that f32 holds: relu with an integer slope, a clip to integers, a sum with an
     * integer scale, integer operands, as long as their sizes leave room for a product.
     */
    public static boolean isExactFor(List<PostOp> chain) {
        return isExactFor(chain, LIMIT);
    }

    private static boolean isExactFor(List<PostOp> chain, double limit) {
        return chain.stream().allMatch(ExactFill::keepsIntegers) && room(chain, limit) >= 1;
    }

    private static boolean keepsIntegers(PostOp postOp) {
        if (postOp instanceof PostOp.Sum sum) {
            return isInteger(sum.scale());
        }
        if (postOp instanceof PostOp.PerChannel constant) {
            return constant.operands().stream().allMatch(ExactFill::isInteger);
        }
        PostOp.Eltwise eltwise = (PostOp.Eltwise) postOp;
        return switch (eltwise.algorithm()) {
            case RELU -> isInteger(eltwise.alpha());
            case CLIP, LINEAR -> isInteger(eltwise.alpha()) && isInteger(eltwise.beta());
            case ABS -> true;
            case ELU, GELU_ERF, GELU_TANH, SWISH, HARDSWISH, SIGMOID, TANH, HARDSIGMOID, MISH, SOFT_RELU -> false;
        };
    }

    private static boolean isInteger(float value) {
        return value == Math.rint(value);
    }

    /** How large Σ|x·w| may be: what bias and destination leave of the limit, the slopes of the chain divided out. */
    static double room(List<PostOp> chain, double limit) {
        double left = limit;
        for (int i = chain.size() - 1; i >= 0; i--) {
            left = room(chain.get(i), left);
        }
        return Math.floor(left) - WIDEST;
    }

    /** How large a value may be before a post-op, so that it is at most {@code left} behind. */
    private static double room(PostOp postOp, double left) {
        if (postOp instanceof PostOp.Sum sum) {
            return left - Math.abs(sum.scale()) * (double) WIDEST;
        }
        if (postOp instanceof PostOp.Eltwise eltwise) {
            if (eltwise.algorithm() == PostOp.Algorithm.CLIP) {
                return roomBetween(eltwise.alpha(), eltwise.beta(), left);
            }
            double shift = eltwise.algorithm() == PostOp.Algorithm.LINEAR ? Math.abs(eltwise.beta()) : 0;
            return (left - shift) / Math.max(1, Math.abs(eltwise.alpha()));
        }
        double least = Double.POSITIVE_INFINITY;
        for (float operand : ((PostOp.PerChannel) postOp).operands()) {
            least = Math.min(least, room(postOp, operand, left));
        }
        return least;
    }

    private static double room(PostOp postOp, double operand, double left) {
        if (postOp instanceof PostOp.Binary binary) {
            return switch (binary.operation()) {
                case ADD -> left - Math.abs(operand);
                case MUL -> left / Math.max(1, Math.abs(operand));
                case MAX -> roomBetween(operand, Double.POSITIVE_INFINITY, left);
                case MIN -> roomBetween(Double.NEGATIVE_INFINITY, operand, left);
            };
        }
        return left / Math.max(1, Math.abs(operand));
    }

    /** A bound acts on what lies beyond it, so it makes a value larger only from the wrong side of 0. */
    private static double roomBetween(double low, double high, double left) {
        return Math.max(low, -high) > left ? 0 : left;
    }

    @Override
    public float src(long position) {
        return src.integer(position, mostSrc);
    }

    @Override
    public float weights(long position) {
        return taps.at(position) % tapStep == 0 ? weights.integer(position, mostWeight) : 0;
    }

    @Override
    public float bias(long position) {
        return bias.integer(position, WIDEST);
    }

    @Override
    public float dst(long position) {
        return dst.integer(position, WIDEST);
    }
}
