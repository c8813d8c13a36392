package io.github.faltung.convolution;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The numbers of a {@link PostOp.PerChannel}. */
final class ChannelNumbers {
    private ChannelNumbers() {}

    static List<Float> of(float... values) {
        var list = new ArrayList<Float>(values.length);
        for (float value : values) {
            list.add(value);
        }
        return list;
    }

    /** Returns a copy; how many there may be is for the layer to say. */
    static List<Float> checked(String field, List<Float> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException(field + " must be one or one for each output channel, but were none");
        }
        if (!values.stream().allMatch(Float::isFinite)) {
            throw new IllegalArgumentException(field + " must be finite, but were " + values);
        }
        return List.copyOf(values);
    }

    /** Returns them as problem lines have them. */
    static String text(List<Float> values) {
        return values.stream().map(String::valueOf).collect(Collectors.joining("*"));
    }
}
