package io.github.faltung.convolution;

import java.util.Arrays;
import java.util.List;

/** Reads a chain of post-ops such as {@code sum:0.5+relu:0.1+add:1*2*3}. */
final class PostOpParser {
    private PostOpParser() {}

    static List<PostOp> parse(String chain) {
        return Arrays.stream(chain.split("\\+", -1)).map(PostOpParser::one).toList();
    }

    private static PostOp one(String text) {
        String[] parts = text.split(":", -1);
        if (parts[0].equals("sum")) {
            requireAtMost(1, text, parts);
            return new PostOp.Sum(parameter(text, parts, 1, 1));
        }
        for (PostOp.Algorithm algorithm : PostOp.Algorithm.values()) {
            if (algorithm.toString().equals(parts[0])) {
                requireAtMost(algorithm.parameters(), text, parts);
                return new PostOp.Eltwise(algorithm, parameter(text, parts, 1, 0), parameter(text, parts, 2, 0));
            }
        }
        if (parts[0].equals("prelu")) {
            return new PostOp.Prelu(perChannel(text, parts));
        }
        for (PostOp.Operation operation : PostOp.Operation.values()) {
            if (operation.toString().equals(parts[0])) {
                return new PostOp.Binary(operation, perChannel(text, parts));
            }
        }
        throw new IllegalArgumentException(
                "post-op must be sum, prelu or one of " + Arrays.toString(PostOp.Algorithm.values()) + " or "
                        + Arrays.toString(PostOp.Operation.values()) + ", but was '" + text + "'");
    }

    private static List<Float> perChannel(String text, String[] parts) {
        if (parts.length != 2) {
            throw new IllegalArgumentException("post-op " + parts[0]
                    + " must have one value, or one for each output channel with * between, but was '" + text + "'");
        }
        return Arrays.stream(parts[1].split("\\*", -1))
                .map(value -> number(text, value))
                .toList();
    }

    private static void requireAtMost(int parameters, String text, String[] parts) {
        if (parts.length > 1 + parameters) {
            throw new IllegalArgumentException(
                    "post-op " + parts[0] + " must have at most " + parameters + " parameters, but was '" + text + "'");
        }
    }

    private static float parameter(String text, String[] parts, int index, float absent) {
        return index < parts.length ? number(text, parts[index]) : absent;
    }

    private static float number(String text, String value) {
        try {
            return Float.parseFloat(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "post-op parameter must be a number, but was '" + value + "' in '" + text + "'", e);
        }
    }
}
