package io.github.faltung.reference;

import io.github.faltung.convolution.PostOp;
import java.util.ArrayList;
import java.util.List;

/** The post-ops in double precision; {@link PostOp.Algorithm} has the formulas and their source. */
final class ReferencePostOp {
    private ReferencePostOp() {}

    /** Returns the sums, and what they are after each post-op of a chain. */
    static List<double[]> stages(List<PostOp> chain, double[] sums, double[] previous) {
        var stages = new ArrayList<double[]>();
        stages.add(sums);
        for (PostOp postOp : chain) {
            stages.add(apply(postOp, stages.get(stages.size() - 1), previous));
        }
        return stages;
    }

    /**
     * Applies a post-op to each value.
     *
     * @param previous what the destination held, for a sum
     */
    static double[] apply(PostOp postOp, double[] values, double[] previous) {
        var results = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            if (postOp instanceof PostOp.Eltwise eltwise) {
                results[i] = apply(eltwise.algorithm(), values[i], eltwise.alpha(), eltwise.beta());
            } else if (postOp instanceof PostOp.Sum residual) {
                results[i] = values[i] + residual.scale() * previous[i];
            } else {
                throw new AssertionError("no formula for " + postOp);
            }
        }
        return results;
    }

    private static double apply(PostOp.Algorithm algorithm, double x, double alpha, double beta) {
        return switch (algorithm) {
            case RELU -> x > 0 ? x : alpha == 0 && x <= 0 ? 0 : alpha * x; // 0·−∞ would be NaN
            case ELU -> x > 0 ? x : alpha * Math.expm1(x);
            case GELU_ERF -> x / 2 * (1 + Erf.erf(x / Math.sqrt(2)));
            case GELU_TANH -> x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
            case SWISH -> x / (1 + Math.exp(-alpha * x));
            case HARDSWISH -> x * Math.max(0, Math.min(1, alpha * x + beta));
            case SIGMOID -> 1 / (1 + Math.exp(-x));
            case TANH -> Math.tanh(x);
            case CLIP -> Math.max(alpha, Math.min(beta, x));
        };
    }
}
