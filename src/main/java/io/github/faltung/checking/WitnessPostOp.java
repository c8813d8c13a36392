package io.github.faltung.checking;

import io.github.faltung.convolution.PostOp;
import java.util.Arrays;

/** The post-ops once more, in other words than the reference's: by exp alone, and erf as the integral that it is. */
final class WitnessPostOp {
    /** Simpson's rule over at most six units: the error is below 6·(6/512)⁴·12/180 &lt; 10⁻⁸, far less than f32 shows. */
    private static final int INTERVALS = 512;

    private WitnessPostOp() {}

    /**
     * Applies a post-op to each value.
     *
     * @param operands the second operand for each, if the post-op has one
     */
    static double[] apply(PostOp postOp, double[] values, double[] operands) {
        var results = values.clone();
        for (int i = 0; i < values.length; i++) {
            if (postOp instanceof PostOp.Sum sum) {
                results[i] += operands[i] * sum.scale();
            } else if (postOp instanceof PostOp.Eltwise eltwise) {
                results[i] = apply(eltwise, values[i]);
            } else if (postOp instanceof PostOp.Prelu) {
                results[i] = Math.max(values[i], 0) + operands[i] * Math.min(values[i], 0);
            } else if (postOp instanceof PostOp.Binary binary) {
                results[i] = apply(binary.operation(), values[i], operands[i]);
            } else {
                throw new AssertionError("no formula for " + postOp);
            }
        }
        return results;
    }

    private static double apply(PostOp.Operation operation, double x, double operand) {
        return switch (operation) {
            case ADD -> operand + x;
            case MUL -> operand * x;
            case MAX -> x < operand ? operand : x;
            case MIN -> x > operand ? operand : x;
        };
    }

    /** Returns the number of each element's channel, elements in channels-first order. */
    static double[] ofChannels(PostOp.PerChannel constant, int channels, int channelVolume, int elements) {
        var numbers = new double[elements];
        for (int first = 0, channel = 0; first < elements; first += channelVolume, channel++) {
            Arrays.fill(numbers, first, first + channelVolume, constant.operand(channel % channels));
        }
        return numbers;
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
            case HARDSIGMOID -> alpha * x + beta > 1 ? 1 : alpha * x + beta < 0 ? 0 : alpha * x + beta;
            // tanh(ln t) = (t² − 1)/(t² + 1), with t = 1 + exp(x)
            case MISH -> x > 30 ? x : x * (Math.pow(1 + Math.exp(x), 2) - 1) / (Math.pow(1 + Math.exp(x), 2) + 1);
            case SOFT_RELU -> alpha * x > 30 ? x : Math.log1p(Math.exp(alpha * x)) / alpha;
            case LINEAR -> beta + x * alpha;
            case ABS -> x < 0 ? -x : x;
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
