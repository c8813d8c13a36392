package io.github.faltung.convolution;

import java.util.Arrays;
import java.util.List;

/** Reads a chain of post-ops such as {@code sum:0.5+relu:0.1}. */
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
        throw new IllegalArgumentException("post-op must be sum or one of " + Arrays.toString(PostOp.Algorithm.values())
                + ", but was '" + text + "'");
    }

    private static void requireAtMost(int parameters, String text, String[] parts) {
        if (parts.length > 1 + parameters) {
            throw new IllegalArgumentException(
                    "post-op " + parts[0] + " must have at most " + parameters + " parameters, but was '" + text + "'");
        }
    }

    private static float parameter(String text, String[] parts, int index, float absent) {
        if (index >= parts.length) {
            return absent;
        }
        try {
            return Float.parseFloat(parts[index]);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "post-op parameter must be a number, but was '" + parts[index] + "' in '" + text + "'", e);
        }
    }
}
