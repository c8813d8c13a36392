package io.github.faltung.convolution;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/**
 * How many zeros stand before and after the source along each spatial axis. For a transposed layer: of the convolution whose
 * gradient geometry the layer has, so padding <em>shortens</em> its output.
 */
public sealed interface Padding extends Serializable {

    /**
     * Given numbers.
     *
     * @param begin before the first element of each axis, or one number for all axes
     * @param end after the last element
     */
    record Explicit(List<Integer> begin, List<Integer> end) implements Padding {
        /** Checks that no number is negative. */
        public Explicit {
            begin = List.copyOf(begin);
            end = List.copyOf(end);
            for (List<Integer> side : List.of(begin, end)) {
                if (side.stream().anyMatch(padding -> padding < 0)) {
                    throw new IllegalArgumentException(
                            "padding must not be negative, but was " + begin + " before and " + end + " after");
                }
            }
        }

        /** Written by hand for the reason that {@link ConvolutionDescriptor#equals} has. */
        @Override
        public boolean equals(Object other) {
            return other instanceof Explicit explicit && begin.equals(explicit.begin) && end.equals(explicit.end);
        }

        @Override
        public int hashCode() {
            return 31 * begin.hashCode() + end.hashCode();
        }

        /** Returns {@code [1, 1]..[2, 2]}, the numbers before and after. */
        @Override
        public String toString() {
            return begin + ".." + end;
        }
    }

    /** Numbers that follow from the layer and its source. */
    enum Mode implements Padding {
        /** None: only windows wholly inside the source. */
        VALID,
        /** An output of ⌈source / stride⌉; the odd zero goes after. Transposed: an output of source · stride. */
        SAME_UPPER,
        /** As {@link #SAME_UPPER}, with the odd zero before. */
        SAME_LOWER,
        /** Every window that touches the source: extent − 1 on both sides. */
        FULL,
        /**
         * Extent − 1 before and none after, on every axis: no output sees what comes later. Transposed: the output is cut after
         * source · stride elements.
         */
        CAUSAL
    }

    /** Returns the same number before and after, on every axis. */
    static Padding of(int everywhere) {
        return explicit(List.of(everywhere), List.of(everywhere));
    }

    /** Returns one number for each axis, the same before and after. */
    static Padding symmetric(int... perAxis) {
        List<Integer> side = Arrays.stream(perAxis).boxed().toList();
        return explicit(side, side);
    }

    /**
     * Returns numbers for each axis and side.
     *
     * @throws IllegalArgumentException if one is negative
     */
    static Padding explicit(List<Integer> begin, List<Integer> end) {
        return new Explicit(begin, end);
    }

    /** Returns {@link Mode#VALID}. */
    static Padding valid() {
        return Mode.VALID;
    }

    /** Returns {@link Mode#SAME_UPPER}, which TensorFlow and Keras call SAME. */
    static Padding same() {
        return Mode.SAME_UPPER;
    }

    /** Returns {@link Mode#SAME_LOWER}. */
    static Padding sameLower() {
        return Mode.SAME_LOWER;
    }

    /** Returns {@link Mode#FULL}. */
    static Padding full() {
        return Mode.FULL;
    }

    /** Returns {@link Mode#CAUSAL}. */
    static Padding causal() {
        return Mode.CAUSAL;
    }
}
