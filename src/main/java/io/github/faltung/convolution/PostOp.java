package io.github.faltung.convolution;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * A step applied to each output element after the bias; a layer has a chain of them, in order. The text form is that of oneDNN's
 * problem lines, such as {@code relu:0.1} or {@code sum:0.5}, with the values of what has one for each channel: {@code add:1*2*3}.
 */
public sealed interface PostOp extends Serializable {

    /**
     * A function of one element; the formulas are oneDNN 3.11's, documentation of the eltwise primitive. What becomes of a NaN is not
     * defined: oneDNN's kernels may make 0 or a bound of it in a relu or a clip.
     */
    enum Algorithm {
        /** {@code x > 0 ? x : alpha·x}. */
        RELU("relu", 1),
        /** {@code x > 0 ? x : alpha·(exp(x) − 1)}. */
        ELU("elu", 1),
        /** {@code x/2·(1 + erf(x/√2))}. */
        GELU_ERF("gelu_erf", 0),
        /** {@code x/2·(1 + tanh(√(2/π)·(x + 0.044715·x³)))}. */
        GELU_TANH("gelu_tanh", 0),
        /** {@code x / (1 + exp(−alpha·x))}. */
        SWISH("swish", 1),
        /** {@code x·max(0, min(1, alpha·x + beta))}. */
        HARDSWISH("hardswish", 2),
        /** {@code 1 / (1 + exp(−x))}. */
        SIGMOID("logistic", 0),
        /** {@code tanh(x)}. */
        TANH("tanh", 0),
        /** {@code max(alpha, min(beta, x))}. */
        CLIP("clip", 2),
        /** {@code max(0, min(1, alpha·x + beta))}. */
        HARDSIGMOID("hardsigmoid", 2),
        /** {@code x·tanh(ln(1 + exp(x)))}. */
        MISH("mish", 0),
        /** {@code ln(1 + exp(alpha·x)) / alpha}, also called softplus; alpha is not 0. */
        SOFT_RELU("soft_relu", 1),
        /** {@code alpha·x + beta}. */
        LINEAR("linear", 2),
        /** {@code |x|}. */
        ABS("abs", 0);

        private final String text;
        private final int parameters;

        Algorithm(String text, int parameters) {
            this.text = text;
            this.parameters = parameters;
        }

        /** Returns how many of alpha and beta the formula has. */
        public int parameters() {
            return parameters;
        }

        /** Returns oneDNN's name of it. */
        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * An element-wise function.
     *
     * @param alpha the first parameter; 0 where the formula has none
     * @param beta the second parameter; 0 where the formula has none
     */
    record Eltwise(Algorithm algorithm, float alpha, float beta) implements PostOp {
        /** Checks that the parameters are finite and, for a clip, in order. */
        public Eltwise {
            Objects.requireNonNull(algorithm, "algorithm");
            if (!Float.isFinite(alpha) || !Float.isFinite(beta)) {
                throw new IllegalArgumentException(
                        "alpha and beta of " + algorithm + " must be finite, but were " + alpha + " and " + beta);
            }
            if (algorithm == Algorithm.CLIP && alpha > beta) {
                throw new IllegalArgumentException(
                        "clip's lower bound must not exceed its upper bound, but they were " + alpha + " and " + beta);
            }
            if (algorithm == Algorithm.SOFT_RELU && alpha == 0) {
                throw new IllegalArgumentException("alpha of soft_relu must not be 0, but was " + alpha);
            }
            if ((algorithm.parameters() < 1 && alpha != 0) || (algorithm.parameters() < 2 && beta != 0)) {
                throw new IllegalArgumentException(algorithm + " has " + algorithm.parameters()
                        + " parameters, but alpha was " + alpha + " and beta " + beta);
            }
        }

        @Override
        public String toString() {
            return switch (algorithm.parameters()) {
                case 0 -> algorithm.toString();
                case 1 -> algorithm + ":" + alpha;
                default -> algorithm + ":" + alpha + ":" + beta;
            };
        }
    }

    /**
     * Adds {@code scale} times what the destination held before the call: a residual connection.
     *
     * @param scale the factor
     */
    record Sum(float scale) implements PostOp {
        /** Checks that the scale is finite. */
        public Sum {
            if (!Float.isFinite(scale)) {
                throw new IllegalArgumentException("sum's scale must be finite, but was " + scale);
            }
        }

        @Override
        public String toString() {
            return "sum:" + scale;
        }
    }

    /** What combines an element with the second operand of a {@link Binary}. */
    enum Operation {
        /** {@code x + operand}. */
        ADD,
        /** {@code x·operand}. */
        MUL,
        /** {@code max(x, operand)}. */
        MAX,
        /** {@code min(x, operand)}. */
        MIN;

        /** Returns oneDNN's name of it. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A step with a constant: one number for all elements, or one for each output channel. It belongs to the layer, like a batch
     * normalisation that was folded in, and is no argument of a call.
     */
    sealed interface PerChannel extends PostOp permits Binary, Prelu {
        /** Returns one number for all elements, or one for each output channel. */
        List<Float> operands();

        /** Returns the number for an output channel. */
        default float operand(int channel) {
            return operands().get(operands().size() == 1 ? 0 : channel);
        }
    }

    /**
     * Combines with a constant; the formulas are oneDNN 3.11's, documentation of the binary primitive. What a maximum or minimum makes of
     * a NaN is not defined.
     *
     * @param operands one for all elements, or one for each output channel
     */
    record Binary(Operation operation, List<Float> operands) implements PerChannel {
        /** Checks that there are operands and all are finite. */
        public Binary {
            Objects.requireNonNull(operation, "operation");
            operands = ChannelNumbers.checked("operands of " + operation, operands);
        }

        @Override
        public String toString() {
            return operation + ":" + ChannelNumbers.text(operands);
        }
    }

    /**
     * The leaky ReLU with a slope that was learnt: {@code x > 0 ? x : slope·x}. What becomes of a NaN, or of −∞ where the slope is 0, is not
     * defined.
     *
     * @param slopes one for all elements, or one for each output channel
     */
    record Prelu(List<Float> slopes) implements PerChannel {
        /** Checks that there are slopes and all are finite. */
        public Prelu {
            slopes = ChannelNumbers.checked("slopes of prelu", slopes);
        }

        @Override
        public List<Float> operands() {
            return slopes;
        }

        @Override
        public String toString() {
            return "prelu:" + ChannelNumbers.text(slopes);
        }
    }

    /** Returns {@code max(0, x)}. */
    static PostOp relu() {
        return new Eltwise(Algorithm.RELU, 0, 0);
    }

    /** Returns {@code x > 0 ? x : slope·x}. */
    static PostOp leakyRelu(float slope) {
        return new Eltwise(Algorithm.RELU, slope, 0);
    }

    /** Returns {@code x > 0 ? x : alpha·(exp(x) − 1)}. */
    static PostOp elu(float alpha) {
        return new Eltwise(Algorithm.ELU, alpha, 0);
    }

    /** Returns the exact form, by the error function. */
    static PostOp gelu() {
        return new Eltwise(Algorithm.GELU_ERF, 0, 0);
    }

    /** Returns the approximation by tanh. */
    static PostOp geluTanh() {
        return new Eltwise(Algorithm.GELU_TANH, 0, 0);
    }

    /** Returns {@code x·sigmoid(x)}, also called SiLU. */
    static PostOp swish() {
        return swish(1);
    }

    /** Returns {@code x·sigmoid(alpha·x)}. */
    static PostOp swish(float alpha) {
        return new Eltwise(Algorithm.SWISH, alpha, 0);
    }

    /** Returns {@code x·max(0, min(1, x/6 + 1/2))}. */
    static PostOp hardswish() {
        return new Eltwise(Algorithm.HARDSWISH, 1f / 6, 0.5f);
    }

    /** Returns {@code 1 / (1 + exp(−x))}. */
    static PostOp sigmoid() {
        return new Eltwise(Algorithm.SIGMOID, 0, 0);
    }

    /** Returns {@code tanh(x)}. */
    static PostOp tanh() {
        return new Eltwise(Algorithm.TANH, 0, 0);
    }

    /** Returns {@code max(0, min(1, x/6 + 1/2))}. */
    static PostOp hardsigmoid() {
        return new Eltwise(Algorithm.HARDSIGMOID, 1f / 6, 0.5f);
    }

    /** Returns {@code x·tanh(ln(1 + exp(x)))}. */
    static PostOp mish() {
        return new Eltwise(Algorithm.MISH, 0, 0);
    }

    /** Returns {@code ln(1 + exp(x))}. */
    static PostOp softplus() {
        return new Eltwise(Algorithm.SOFT_RELU, 1, 0);
    }

    /** Returns {@code scale·x + shift}. */
    static PostOp linear(float scale, float shift) {
        return new Eltwise(Algorithm.LINEAR, scale, shift);
    }

    /** Returns {@code |x|}. */
    static PostOp abs() {
        return new Eltwise(Algorithm.ABS, 0, 0);
    }

    /** Returns {@code max(low, min(high, x))}. */
    static PostOp clip(float low, float high) {
        return new Eltwise(Algorithm.CLIP, low, high);
    }

    /** Returns the residual connection: adds what the destination held. */
    static PostOp sum() {
        return sum(1);
    }

    /** Returns the residual connection with a factor. */
    static PostOp sum(float scale) {
        return new Sum(scale);
    }

    /**
     * Returns {@code x + operand}.
     *
     * @param operands one for all elements, or one for each output channel
     */
    static PostOp add(float... operands) {
        return new Binary(Operation.ADD, ChannelNumbers.of(operands));
    }

    /**
     * Returns {@code x·operand}.
     *
     * @param operands one for all elements, or one for each output channel
     */
    static PostOp multiply(float... operands) {
        return new Binary(Operation.MUL, ChannelNumbers.of(operands));
    }

    /**
     * Returns {@code max(x, operand)}.
     *
     * @param operands one for all elements, or one for each output channel
     */
    static PostOp max(float... operands) {
        return new Binary(Operation.MAX, ChannelNumbers.of(operands));
    }

    /**
     * Returns {@code min(x, operand)}.
     *
     * @param operands one for all elements, or one for each output channel
     */
    static PostOp min(float... operands) {
        return new Binary(Operation.MIN, ChannelNumbers.of(operands));
    }

    /**
     * Returns {@code x > 0 ? x : slope·x}.
     *
     * @param slopes one for all elements, or one for each output channel
     */
    static PostOp prelu(float... slopes) {
        return new Prelu(ChannelNumbers.of(slopes));
    }

    /**
     * Reads a chain.
     *
     * @param text post-ops as problem lines have them, such as {@code sum:0.5+relu:0.1}
     * @throws IllegalArgumentException if one is not known, or breaks a rule
     */
    static List<PostOp> parse(String text) {
        return PostOpParser.parse(text);
    }
}
