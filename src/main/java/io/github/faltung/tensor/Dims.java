package io.github.faltung.tensor;

import java.util.Arrays;

/**
 * The logical extents of a tensor, slowest first: {@code [MB, C, spatial…]} for activations, {@code [OC, IC/G, k…]} for weights,
 * whatever the {@link Layout order in memory}. Immutable; every extent is at least 1 and the element count fits a {@code long}.
 */
public final class Dims {
    /** As many as oneDNN takes: copies that split axes need more than tensors do. */
    public static final int MAX_RANK = 12;

    private final long[] extents;
    private final long elements;

    private Dims(long[] extents) {
        this.extents = extents;
        if (extents.length < 1 || extents.length > MAX_RANK) {
            throw new IllegalArgumentException("dims must have 1 to " + MAX_RANK + " axes, but had " + extents.length);
        }
        long product = 1;
        for (int axis = 0; axis < extents.length; axis++) {
            if (extents[axis] < 1) {
                throw new IllegalArgumentException(
                        "dims must be positive, but axis " + axis + " of " + this + " was " + extents[axis]);
            }
            if (product > Long.MAX_VALUE / extents[axis]) {
                throw new IllegalArgumentException("dims must have fewer than 2^63 elements, but were " + this);
            }
            product *= extents[axis];
        }
        this.elements = product;
    }

    /**
     * Returns dims of the given extents.
     *
     * @throws IllegalArgumentException if there are none or more than {@value #MAX_RANK}, one is less than 1, or their product
     *     overflows
     */
    public static Dims of(long... extents) {
        return new Dims(extents.clone());
    }

    /** Returns the number of axes. */
    public int rank() {
        return extents.length;
    }

    /** Returns the extent of one axis. */
    public long get(int axis) {
        return extents[axis];
    }

    /** Returns the product of the extents. */
    public long elements() {
        return elements;
    }

    /** Returns the extents as a new array. */
    public long[] toArray() {
        return extents.clone();
    }

    @Override
    public boolean equals(Object other) {
        return this == other || (other instanceof Dims dims && Arrays.equals(extents, dims.extents));
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(extents);
    }

    /** Returns the extents joined by {@code x}, such as {@code 1x64x224x224}. */
    @Override
    public String toString() {
        var text = new StringBuilder();
        for (long extent : extents) {
            text.append(text.isEmpty() ? "" : "x").append(extent);
        }
        return text.toString();
    }
}
