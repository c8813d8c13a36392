package io.github.faltung.checking;

import static io.github.faltung.checking.ErrorBound.DOUBLE_ROUNDOFF;
import static io.github.faltung.checking.ErrorBound.FLOAT_ROUNDOFF;
import static io.github.faltung.checking.ErrorBound.UNDERFLOW;

import io.github.faltung.convolution.PostOp;

/**
 * What a post-op makes of an error: with f the function, x the reference's input and x̂ the engine's, which is within the bound b of x,
 *
 * <pre>|f̂(x̂) − f(x)| ≤ |f̂(x̂) − f(x̂)| + |f(x̂) − f(x)| ≤ evaluation error at x̂ + L·b</pre>
 *
 * <p>L is a Lipschitz constant of f on [x − b, x + b]. Functions of additions and multiplications are off by their roundings; the
 * others, which oneDNN approximates by polynomials, by what {@link ApproximationError oneDNN accepts of itself}.
 */
final class PostOpError {
    /** One operation, done by the engine in f32 and by the reference in double precision. */
    private static final double OPERATION = FLOAT_ROUNDOFF + DOUBLE_ROUNDOFF;

    /** sup |f′| of x·Φ(x): Φ(√2) + √2·φ(√2) = 1.12890…, at x = √2, where f″ = (2 − x²)·φ(x) is 0. */
    static final double GELU_ERF_SLOPE = 1.1290;

    /** sup |f′| of the approximation by tanh: 1.12899…, at x = 1.4185…, found on a grid. */
    static final double GELU_TANH_SLOPE = 1.1290;

    /**
     * sup |f′| of x·σ(αx): f′ = σ(t) + t·σ(t)·(1 − σ(t)) with t = αx, a function of t alone, so α moves the place and not the value:
     * 1.09983…, at t = 2.3994…
     */
    static final double SWISH_SLOPE = 1.0999;

    /** sup |f′| of x·tanh(ln(1 + eˣ)): 1.08849…, at x = 1.4906…, found on a grid. */
    static final double MISH_SLOPE = 1.0886;

    /** sup |f′| of σ: f′ = σ·(1 − σ), at 0. */
    static final double SIGMOID_SLOPE = 0.25;

    /** sup |f′| of tanh: f′ = 1 − tanh², at 0. */
    static final double TANH_SLOPE = 1;

    private PostOpError() {}

    /**
     * Returns the bound behind a post-op.
     *
     * @param x the reference's value before it
     * @param y the reference's value after it
     * @param bound of x
     * @param operand the second operand: what the destination held, the number of the channel
     */
    static double after(PostOp postOp, double x, double y, double bound, double operand) {
        if (bound == Double.POSITIVE_INFINITY || !isDefined(postOp, x, y, operand)) {
            return Double.POSITIVE_INFINITY;
        }
        if (postOp instanceof PostOp.Sum sum) {
            double product = Math.abs(sum.scale() * operand);
            double scaled = bound + OPERATION * product + UNDERFLOW;
            return scaled + OPERATION * (Math.abs(y) + scaled);
        }
        if (postOp instanceof PostOp.Eltwise eltwise) {
            if (mayOverflow(eltwise, Math.abs(x) + bound)) {
                return Double.POSITIVE_INFINITY;
            }
            double stretched = slope(eltwise, x - bound, x + bound) * bound;
            return stretched + evaluation(eltwise, x, Math.abs(y), bound, stretched);
        }
        if (postOp instanceof PostOp.Prelu) {
            return reluSlope(operand, x - bound, x + bound) * bound + reluRounding(operand, x - bound);
        }
        if (postOp instanceof PostOp.Binary binary) {
            return after(binary.operation(), x, y, bound, operand);
        }
        throw new AssertionError("no bound for " + postOp);
    }

    /** Whether the post-op says what becomes of a value: not of a NaN, unless it adds or multiplies, nor where 0·∞ is in its formula. */
    private static boolean isDefined(PostOp postOp, double x, double y, double operand) {
        if (postOp instanceof PostOp.Prelu) {
            return !Double.isNaN(x) && (operand != 0 || x != Double.NEGATIVE_INFINITY);
        }
        if (postOp instanceof PostOp.Eltwise) {
            return !Double.isNaN(x) && !Double.isNaN(y);
        }
        boolean chooses = postOp instanceof PostOp.Binary binary
                && (binary.operation() == PostOp.Operation.MAX || binary.operation() == PostOp.Operation.MIN);
        return !chooses || !Double.isNaN(x);
    }

    /** A soft ReLU's alpha·x may be infinite where the function is not. */
    private static boolean mayOverflow(PostOp.Eltwise eltwise, double largest) {
        double product = Math.abs(eltwise.alpha()) * largest;
        return eltwise.algorithm() == PostOp.Algorithm.SOFT_RELU
                && product > Float.MAX_VALUE
                && largest < Double.POSITIVE_INFINITY;
    }

    /**
     * A sum and a product are rounded once, and only a product may underflow. A maximum and a minimum are not rounded, and let nothing of
     * an error through where they choose the operand all the same.
     */
    private static double after(PostOp.Operation operation, double x, double y, double bound, double operand) {
        return switch (operation) {
            case ADD -> bound + OPERATION * (Math.abs(y) + bound);
            case MUL -> Math.abs(operand) * bound + productRounding(operand, Math.abs(x) + bound);
            case MAX -> x + bound <= operand ? 0 : bound;
            case MIN -> x - bound >= operand ? 0 : bound;
        };
    }

    /** A Lipschitz constant on an interval. */
    static double slope(PostOp.Eltwise eltwise, double low, double high) {
        double alpha = eltwise.alpha();
        double beta = eltwise.beta();
        return switch (eltwise.algorithm()) {
            case RELU -> reluSlope(alpha, low, high);
            // alpha·exp(x) at most alpha below 0
            case ELU -> low > 0 ? 1 : Math.max(1, Math.abs(alpha));
            case GELU_ERF -> GELU_ERF_SLOPE;
            case GELU_TANH -> GELU_TANH_SLOPE;
            case SWISH -> SWISH_SLOPE;
            case HARDSWISH -> hardswishSlope(beta);
            case SIGMOID -> SIGMOID_SLOPE;
            case TANH -> TANH_SLOPE;
            case CLIP -> high <= alpha || low >= beta ? 0 : 1;
            case HARDSIGMOID, LINEAR -> Math.abs(alpha);
            case MISH -> MISH_SLOPE;
            case SOFT_RELU, ABS -> 1; // softplus: σ(αx)
        };
    }

    private static double reluSlope(double alpha, double low, double high) {
        return low > 0 ? 1 : high < 0 ? Math.abs(alpha) : Math.max(1, Math.abs(alpha));
    }

    /**
     * On the ramp, where αx + β runs from 0 to 1, f = αx² + βx and f′ = 2αx + β runs from −β to 2 − β; before it f′ is 0 and after it
     * 1.
     */
    private static double hardswishSlope(double beta) {
        return Math.max(1, Math.max(Math.abs(beta), Math.abs(2 - beta)));
    }

    private static double evaluation(PostOp.Eltwise eltwise, double x, double y, double bound, double stretched) {
        return switch (eltwise.algorithm()) {
            case CLIP, ABS -> 0;
            case LINEAR -> rampRounding(eltwise, Math.abs(x) + bound);
            case HARDSIGMOID -> hardsigmoidRounding(eltwise, x, bound);
            case RELU -> reluRounding(eltwise.alpha(), x - bound);
            case HARDSWISH -> hardswishRounding(eltwise, x, y, bound, stretched);
            case ELU, GELU_ERF, GELU_TANH, SWISH, SIGMOID, TANH, MISH, SOFT_RELU ->
                ApproximationError.of(eltwise, x - bound, x + bound, y, stretched);
        };
    }

    /** The product alpha·x is rounded, for x below 0. */
    private static double reluRounding(double alpha, double low) {
        return low < 0 ? productRounding(alpha, -low) : 0;
    }

    /** What a product loses to rounding and underflow: nothing if it is by 0 or 1. */
    private static double productRounding(double factor, double largest) {
        return factor == 0 || factor == 1 ? 0 : OPERATION * Math.abs(factor) * largest + UNDERFLOW;
    }

    /**
     * αx and αx + β are rounded, then what is clipped between 0 and 1 is multiplied by x and rounded. Beyond the ramp the clip hides the
     * first two.
     */
    private static double hardswishRounding(
            PostOp.Eltwise eltwise, double x, double y, double bound, double stretched) {
        if (Double.isInfinite(x)) {
            return 0; // times 0 or 1, exactly
        }
        double largest = Math.abs(x) + bound;
        double product = hardsigmoidRounding(eltwise, x, bound) * largest;
        return product + OPERATION * (y + stretched + product) + UNDERFLOW;
    }

    /** αx and αx + β are rounded; beyond the ramp the clip hides that. */
    private static double hardsigmoidRounding(PostOp.Eltwise eltwise, double x, double bound) {
        double ramp = eltwise.alpha() * x + eltwise.beta();
        if (Double.isInfinite(ramp) && bound < Double.POSITIVE_INFINITY) {
            return 0; // it is 0 or 1
        }
        double rounding = rampRounding(eltwise, Math.abs(x) + bound);
        double reach = Math.abs(eltwise.alpha()) * bound + rounding;
        return Math.min(rounding, clip(ramp + reach) - clip(ramp - reach));
    }

    private static double rampRounding(PostOp.Eltwise eltwise, double largest) {
        double terms = Math.abs(eltwise.alpha()) * largest + Math.abs(eltwise.beta());
        return 2 * OPERATION * (1 + OPERATION) * terms + UNDERFLOW;
    }

    private static double clip(double value) {
        return Math.max(0, Math.min(1, value));
    }
}
