package io.github.faltung.reference;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.convolution.Quantization;
import io.github.faltung.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** The post-ops in double precision; {@link PostOp.Algorithm} has the formulas and their source. */
final class ReferencePostOp {
    private ReferencePostOp() {}

    /**
     * Returns the second operands of each post-op: what the destination holds, the number of an element's channel, or nothing.
     *
     * @param layer whose post-ops they are; its quantization says what the destination's integers stand for
     * @param dst read, and only for a sum
     * @param outputs which elements, as positions in channels-first order
     */
    static List<double[]> operands(ConvolutionDescriptor layer, Tensor dst, long[] outputs) {
        return layer.postOps().stream()
                .map(postOp -> operands(postOp, layer.quantization(), dst, outputs))
                .toList();
    }

    private static double[] operands(PostOp postOp, Quantization quantization, Tensor dst, long[] outputs) {
        if (postOp instanceof PostOp.Sum) {
            Elements elements = Elements.of(dst, outputs.length);
            return LongStream.of(outputs)
                    .mapToDouble(output -> quantization.ofDstUnits(elements.at(output)))
                    .toArray();
        }
        if (postOp instanceof PostOp.PerChannel constant) {
            long channels = dst.dims().get(1);
            long volume = dst.dims().elements() / dst.dims().get(0) / channels;
            return LongStream.of(outputs)
                    .mapToDouble(output -> constant.operand((int) (output / volume % channels)))
                    .toArray();
        }
        return new double[0];
    }

    /** Returns the sums, and what they are after each post-op of a chain. */
    static List<double[]> stages(List<PostOp> chain, double[] sums, List<double[]> operands) {
        var stages = new ArrayList<double[]>();
        stages.add(sums);
        for (int i = 0; i < chain.size(); i++) {
            stages.add(apply(chain.get(i), stages.get(i), operands.get(i)));
        }
        return stages;
    }

    /**
     * Applies a post-op to each value.
     *
     * @param operands the second operand for each, if the post-op has one
     */
    static double[] apply(PostOp postOp, double[] values, double[] operands) {
        var results = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            if (postOp instanceof PostOp.Eltwise eltwise) {
                results[i] = apply(eltwise.algorithm(), values[i], eltwise.alpha(), eltwise.beta());
            } else if (postOp instanceof PostOp.Sum residual) {
                results[i] = values[i] + residual.scale() * operands[i];
            } else if (postOp instanceof PostOp.Binary binary) {
                results[i] = apply(binary.operation(), values[i], operands[i]);
            } else if (postOp instanceof PostOp.Prelu) {
                results[i] = values[i] > 0 ? values[i] : operands[i] * values[i];
            } else {
                throw new AssertionError("no formula for " + postOp);
            }
        }
        return results;
    }

    private static double apply(PostOp.Operation operation, double x, double operand) {
        return switch (operation) {
            case ADD -> x + operand;
            case MUL -> x * operand;
            case MAX -> Math.max(x, operand);
            case MIN -> Math.min(x, operand);
        };
    }

    /** ln(1 + exp(x)), in which exp(x) would overflow. */
    private static double softplus(double x) {
        return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
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
            case HARDSIGMOID -> Math.max(0, Math.min(1, alpha * x + beta));
            case MISH -> x * Math.tanh(softplus(x));
            case SOFT_RELU -> softplus(alpha * x) / alpha;
            case LINEAR -> alpha * x + beta;
            case ABS -> Math.abs(x);
        };
    }
}
