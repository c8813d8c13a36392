package io.github.faltung.checking;

import io.github.faltung.convolution.PostOp;

/** The post-ops once more, in other words than the reference's: by exp alone, and erf as the integral that it is. */
final class WitnessPostOp {
    /** Simpson's rule over at most six units: the error is below 6·(6/512)⁴·12/180 &lt; 10⁻⁸, far less than f32 shows. */
    private static final int INTERVALS = 512;

    private WitnessPostOp() {}

    static double[] apply(PostOp postOp, double[] values, double[] previous) {
        var results = values.clone();
        for (int i = 0; i < values.length; i++) {
            if (postOp instanceof PostOp.Sum sum) {
                results[i] += previous[i] * sum.scale();
            } else if (postOp instanceof PostOp.Eltwise eltwise) {
                results[i] = apply(eltwise, values[i]);
            } else {
                throw new AssertionError("no formula for " + postOp);
            }
        }
        return results;
    }

    private static double apply(PostOp.Eltwise eltwise, double x) {
        double alpha = eltwise.alpha();
        double beta = eltwise.beta();
        return switch (eltwise.algorithm()) {
            case RELU -> Math.max(x, 0) + alpha * Math.min(x, 0);
            case ELU -> Math.max(x, 0) + alpha * (Math.exp(Math.min(x, 0)) - 1);
            case GELU_ERF -> x * (1 + erf(x / Math.sqrt(2))) / 2;
            // (1 + tanh(z)) / 2 = σ(2z)
            case GELU_TANH -> x * sigmoid(Math.sqrt(8 / Math.PI) * x * (1 + 0.044715 * x * x));
            case SWISH -> x * sigmoid(alpha * x);
            case HARDSWISH -> alpha * x + beta > 1 ? x : alpha * x + beta < 0 ? 0 : (alpha * x + beta) * x;
            case SIGMOID -> sigmoid(x);
            case TANH -> 2 * sigmoid(2 * x) - 1;
            case CLIP -> x < alpha ? alpha : x > beta ? beta : x;
        };
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static double erf(double x) {
        double end = Math.min(Math.abs(x), 6);
        double step = end / INTERVALS;
        double sum = 1 + Math.exp(-end * end);
        for (int i = 1; i < INTERVALS; i++) {
            double t = i * step;
            sum += (i % 2 == 0 ? 2 : 4) * Math.exp(-t * t);
        }
        return Math.copySign(2 / Math.sqrt(Math.PI) * sum * step / 3, x);
    }
}
