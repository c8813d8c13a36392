package io.github.faltung.convolution;

/**
 * A step applied to each output element after the bias; a layer has a chain of them, in order. The text form is that of oneDNN's
 * problem lines, such as {@code relu:0.1} or {@code sum:0.5}.
 */
public sealed interface PostOp {

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
        CLIP("clip", 2);

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
            if (!Float.isFinite(alpha) || !Float.isFinite(beta)) {
                throw new IllegalArgumentException(
                        "alpha and beta of " + algorithm + " must be finite, but were " + alpha + " and " + beta);
            }
            if (algorithm == Algorithm.CLIP && alpha > beta) {
                throw new IllegalArgumentException(
                        "clip's lower bound must not exceed its upper bound, but they were " + alpha + " and " + beta);
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
}
