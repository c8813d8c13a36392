package io.github.faltung.tensor;

import java.util.Arrays;

/**
 * Elements that lie in memory with a stride for each axis, from some element on: a part of a tensor, or all of it said with other axes.
 * Immutable. An axis that is none is an {@link IndexOutOfBoundsException}.
 */
public final class Part {
    private final long offset;
    private final Dims dims;
    private final long[] strides;
    private final long end;

    /**
     * Makes a part.
     *
     * @param offset of the first element, in elements
     * @param dims the extents
     * @param strides the distance between neighbours along each axis, in elements; copied
     * @throws IllegalArgumentException if the offset is negative, there are not as many strides as axes, one is less than 1, or two
     *     elements would share their memory
     */
    public Part(long offset, Dims dims, long[] strides) {
        this.offset = offset;
        this.dims = dims;
        this.strides = strides.clone();
        if (offset < 0) {
            throw new IllegalArgumentException("offset must not be negative, but was " + offset);
        }
        long span = Strides.raggedSpan(dims, strides);
        if (span > Long.MAX_VALUE / 2 - offset) {
            throw new IllegalArgumentException("part must end before 2^62 elements, but " + dims + " with strides "
                    + Arrays.toString(strides) + " from " + offset + " on ends later");
        }
        this.end = offset + span;
    }

    /** Returns all of a dense tensor. */
    public static Part dense(Dims dims, Layout layout) {
        return new Part(0, dims, layout.strides(dims));
    }

    /** Returns all of a tensor, as it lies. */
    public static Part of(Tensor tensor) {
        var strides = new long[tensor.dims().rank()];
        Arrays.setAll(strides, tensor::stride);
        return new Part(0, tensor.dims(), strides);
    }

    /** Returns how many elements the memory must have. */
    public long end() {
        return end;
    }

    /** Returns where the first element lies, in elements. */
    public long offset() {
        return offset;
    }

    /** Returns the extents. */
    public Dims dims() {
        return dims;
    }

    /** Returns a copy of the strides. */
    public long[] strides() {
        return strides.clone();
    }

    /** Returns the distance in elements between neighbours along an axis. */
    public long stride(int axis) {
        return strides[axis];
    }

    /** Returns whether the elements lie in the layout's order without gaps. */
    public boolean isDense(Layout layout) {
        return Strides.isDense(dims, strides, layout);
    }

    /** Returns whether the elements lie in the layout's order, those of its fastest axis without gaps. */
    public boolean isOrdered(Layout layout) {
        return Strides.isOrdered(dims, strides, layout);
    }

    /** Returns the elements from {@code start} on along one axis, {@code step} apart. */
    public Part slice(int axis, long start, long count, long step) {
        long[] extents = dims.toArray();
        long last = start + (count - 1) * step;
        if (start < 0 || count < 1 || step < 1 || last >= extents[axis]) {
            throw new IllegalArgumentException("slice must lie within axis " + axis + " of " + dims + ", but was "
                    + count + " elements from " + start + " on, " + step + " apart");
        }
        extents[axis] = count;
        long[] steps = strides.clone();
        steps[axis] *= step;
        return new Part(offset + start * strides[axis], Dims.of(extents), steps);
    }

    /** Returns elements that lie alike, but so many further on in memory. */
    public Part shifted(long elements) {
        return new Part(offset + elements, dims, strides);
    }

    /** Returns the neighbours from {@code start} on along one axis. */
    public Part slice(int axis, long start, long count) {
        return slice(axis, start, count, 1);
    }

    /** Returns the same elements with one axis said as two, the second of {@code inner} elements. */
    public Part split(int axis, long inner) {
        if (inner < 1 || dims.get(axis) % inner != 0) {
            throw new IllegalArgumentException("inner must divide axis " + axis + " of " + dims + ", but was " + inner);
        }
        int rank = dims.rank();
        var extents = new long[rank + 1];
        var steps = new long[rank + 1];
        for (int i = 0; i <= rank; i++) {
            int from = i > axis ? i - 1 : i;
            extents[i] = i == axis ? dims.get(axis) / inner : i == axis + 1 ? inner : dims.get(from);
            steps[i] = i == axis ? strides[axis] * inner : strides[from];
        }
        return new Part(offset, Dims.of(extents), steps);
    }

    /** Returns the same elements with the axes in another order. */
    public Part permute(int... order) {
        var extents = new long[order.length];
        var steps = new long[order.length];
        for (int i = 0; i < order.length; i++) {
            extents[i] = dims.get(order[i]);
            steps[i] = strides[order[i]];
        }
        return new Part(offset, Dims.of(extents), steps);
    }

    /** Returns the same elements with one more axis, of one element, before the given one. */
    public Part insert(int axis) {
        int rank = dims.rank();
        var extents = new long[rank + 1];
        var steps = new long[rank + 1];
        for (int i = 0; i <= rank; i++) {
            extents[i] = i == axis ? 1 : dims.get(i > axis ? i - 1 : i);
            // An axis of one element may have any stride; this one keeps dense layouts dense.
            steps[i] = i == axis ? (axis < rank ? strides[axis] * dims.get(axis) : 1) : strides[i > axis ? i - 1 : i];
        }
        return new Part(offset, Dims.of(extents), steps);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Part part
                && offset == part.offset
                && dims.equals(part.dims)
                && Arrays.equals(strides, part.strides);
    }

    @Override
    public int hashCode() {
        return (31 * dims.hashCode() + Arrays.hashCode(strides)) * 31 + Long.hashCode(offset);
    }

    /** Returns dims, strides and offset, such as {@code 1x3x8x8 strides [192, 64, 8, 1] from 0}. */
    @Override
    public String toString() {
        return dims + " strides " + Arrays.toString(strides) + " from " + offset;
    }
}
