package io.github.faltung.convolution;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Reads what {@link Quantization#options} prints, such as {@code src:common:0.5+wei:per_oc:1.0*2.0}. */
final class QuantizationParser {
    private QuantizationParser() {}

    /** Returns the quantization with the scales that the text gives. */
    static Quantization withScales(Quantization before, String text) {
        Quantization after = before;
        for (String argument : text.split("\\+", -1)) {
            String[] parts = parts("scales", argument);
            after = switch (parts[0]) {
                case "src" -> after.withSrc(one(argument, parts, Float::valueOf), after.srcZeroPoint());
                case "wei" -> after.withWeights(values(argument, parts, Float::valueOf), after.weightsZeroPoints());
                default -> after.withDst(one(argument, parts, Float::valueOf), after.dstZeroPoint());
            };
        }
        return after;
    }

    /** Returns the quantization with the zero points that the text gives. */
    static Quantization withZeroPoints(Quantization before, String text) {
        Quantization after = before;
        for (String argument : text.split("\\+", -1)) {
            String[] parts = parts("zero points", argument);
            after = switch (parts[0]) {
                case "src" -> after.withSrc(after.srcScale(), one(argument, parts, Integer::valueOf));
                case "wei" -> after.withWeights(after.weightsScales(), values(argument, parts, Integer::valueOf));
                default -> after.withDst(after.dstScale(), one(argument, parts, Integer::valueOf));
            };
        }
        return after;
    }

    private static String[] parts(String what, String argument) {
        String[] parts = argument.split(":", -1);
        boolean perChannel = parts.length == 3 && parts[0].equals("wei") && parts[1].equals("per_oc");
        boolean common = parts.length == 3
                && parts[1].equals("common")
                && List.of("src", "wei", "dst").contains(parts[0]);
        if (!perChannel && !common) {
            throw new IllegalArgumentException(
                    what + " must be src:common:V, wei:common:V, wei:per_oc:V*V… or dst:common:V, but were '" + argument
                            + "'");
        }
        return parts;
    }

    private static <T> T one(String argument, String[] parts, Function<String, T> number) {
        List<T> values = values(argument, parts, number);
        if (values.size() != 1) {
            throw new IllegalArgumentException(parts[0] + " must have one value, but was '" + argument + "'");
        }
        return values.get(0);
    }

    private static <T> List<T> values(String argument, String[] parts, Function<String, T> number) {
        try {
            return Arrays.stream(parts[2].split("\\*", -1)).map(number).toList();
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "scales and zero points must be numbers, but were '" + argument + "'", e);
        }
    }
}
