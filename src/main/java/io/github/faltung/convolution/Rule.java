package io.github.faltung.convolution;

import io.github.faltung.tensor.Dims;
import java.util.List;

/** The form of every message about a caller's mistake: field, rule, value, and the problem it was in. */
final class Rule {
    private Rule() {}

    static IllegalArgumentException broken(String field, String rule, Object value, Object problem) {
        return new IllegalArgumentException(field + " " + rule + ", but was " + value + ": " + problem);
    }

    static void requireAtLeast(int least, String field, int value, Object problem) {
        if (value < least) {
            throw broken(field, "must be at least " + least, value, problem);
        }
    }

    static void requireAtLeast(int least, String field, List<Integer> values, Object problem) {
        if (values.stream().anyMatch(value -> value < least)) {
            throw broken(field, "must be at least " + least + " on each axis", values, problem);
        }
    }

    static void requirePerAxis(String field, List<Integer> values, int axes, Object problem) {
        if (values.size() != axes) {
            throw broken(field, "must have " + axes + " values, one for each spatial axis", values, problem);
        }
    }

    /** Refuses a layer of other types where only f32 is known how to be done. */
    static void requireF32(String what, ConvolutionDescriptor layer, Object problem) {
        if (!layer.types().isAllF32()) {
            throw broken("types", "must be f32 for " + what, layer.types(), problem);
        }
    }

    static void requireOperands(String field, List<PostOp> chain, int channels, Object problem) {
        for (PostOp postOp : chain) {
            if (postOp instanceof PostOp.PerChannel constant) {
                int operands = constant.operands().size();
                if (operands != 1 && operands != channels) {
                    String rule = "must have one operand, or one for each of " + channels + " channels";
                    throw broken(field, rule, operands + " in " + postOp, problem);
                }
            }
        }
    }

    /** Makes dims; where they break a rule of {@link Dims}, says which dims they are and of what problem. */
    static Dims dims(String field, long[] extents, Object problem) {
        try {
            return Dims.of(extents);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(field + " " + e.getMessage() + ": " + problem, e);
        }
    }
}
