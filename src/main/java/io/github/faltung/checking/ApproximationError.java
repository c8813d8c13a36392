package io.github.faltung.checking;

import io.github.faltung.convolution.PostOp;

/**
 * How far oneDNN's approximations of exp, erf and tanh may be off: what its own test accepts, oneDNN 3.11, {@code
 * tests/benchdnn/eltwise/eltwise.cpp}, {@code get_eltwise_threshold} and {@code check_abs_err}, applied as {@code
 * tests/benchdnn/utils/compare.cpp} does. A result passes there if its relative error is at most the algorithm's threshold, or, where
 * the function is below 1e-5 or cancels, its absolute error is.
 */
final class ApproximationError {
    /** {@code get_eltwise_threshold}, f32, for gelu by erf and the logistic function. */
    static final double THRESHOLD = 4e-6;

    /** {@code get_eltwise_threshold}, f32, {@code alg_has_higher_tolerance}: elu, gelu by tanh, swish, tanh, mish, softplus. */
    static final double HIGHER_THRESHOLD = 4e-5;

    /** {@code compare.cpp}: up to here errors are absolute. */
    private static final double SMALL = 1e-5;

    /** {@code check_abs_err}, {@code approx_machine_eps}: twice the distance from 1 to the next f32. */
    private static final double MACHINE_EPSILON = 2 * 0x1p-23;

    /**
     * {@code check_abs_err}: gelu by erf cancels where 1 + erf(x/√2) ≤ {@link #MACHINE_EPSILON} / {@link #THRESHOLD}, which is from
     * −1.88370… down.
     */
    private static final double GELU_ERF_CANCELS = -1.8838;

    private ApproximationError() {}

    /**
     * Returns the largest error that is accepted anywhere on an interval.
     *
     * @param low the least input
     * @param high the greatest input
     * @param y the function's absolute value somewhere in between
     * @param spread how much that may vary within the interval
     */
    static double of(PostOp.Eltwise eltwise, double low, double high, double y, double spread) {
        double threshold = threshold(eltwise.algorithm());
        double relative = threshold * (y + spread);
        boolean absolute = y - spread <= SMALL || cancels(eltwise.algorithm(), low, high);
        return absolute ? Math.max(relative, threshold * factor(eltwise)) : relative;
    }

    private static double threshold(PostOp.Algorithm algorithm) {
        return switch (algorithm) {
            case GELU_ERF, SIGMOID -> THRESHOLD;
            case ELU, GELU_TANH, SWISH, TANH, MISH, SOFT_RELU -> HIGHER_THRESHOLD;
            case RELU, HARDSWISH, CLIP, HARDSIGMOID, LINEAR, ABS ->
                throw new AssertionError(algorithm + " is not approximated");
        };
    }

    /** Elu's exp(x) − 1 is approximated first and multiplied by alpha then; softplus is divided by alpha. */
    private static double factor(PostOp.Eltwise eltwise) {
        return switch (eltwise.algorithm()) {
            case ELU -> Math.max(1, Math.abs(eltwise.alpha()));
            case SOFT_RELU -> Math.max(1, 1 / Math.abs(eltwise.alpha()));
            default -> 1;
        };
    }

    private static boolean cancels(PostOp.Algorithm algorithm, double low, double high) {
        return switch (algorithm) {
            case ELU -> low < 0 && -Math.expm1(Math.min(high, 0)) <= MACHINE_EPSILON / HIGHER_THRESHOLD;
            case GELU_TANH -> 1 + Math.tanh(geluInner(low)) <= MACHINE_EPSILON / HIGHER_THRESHOLD;
            case GELU_ERF -> low <= GELU_ERF_CANCELS;
            default -> false;
        };
    }

    private static double geluInner(double x) {
        return Math.sqrt(2 / Math.PI) * x * (1 + 0.044715 * x * x);
    }
}
