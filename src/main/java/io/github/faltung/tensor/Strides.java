package io.github.faltung.tensor;

import java.util.Arrays;
import java.util.function.LongConsumer;

/** Arithmetic on strides: how long they make a tensor, and walking one in an order that is not that of its memory. */
final class Strides {
    private Strides() {}

    /**
     * Returns the number of elements from the first to the last in memory, both included.
     *
     * @throws IllegalArgumentException if the strides don't fit the dims, or two elements would share their memory
     */
    static long span(Dims dims, long[] strides) {
        return span(dims, strides, false);
    }

    /** The same for elements of which the last along an axis may lie closer to the next one of a slower axis than their own stride. */
    static long raggedSpan(Dims dims, long[] strides) {
        return span(dims, strides, true);
    }

    private static long span(Dims dims, long[] strides, boolean ragged) {
        if (strides.length != dims.rank()) {
            throw new IllegalArgumentException("strides must be " + dims.rank() + ", one for each axis of " + dims
                    + ", but were " + Arrays.toString(strides));
        }
        long span = 1;
        long whole = 1;
        for (int axis : fastestFirst(strides)) {
            if (strides[axis] < 1) {
                throw new IllegalArgumentException("strides must be positive, but were " + Arrays.toString(strides));
            }
            if (dims.get(axis) == 1) {
                continue;
            }
            if (strides[axis] < whole) {
                throw new IllegalArgumentException("strides must step over the whole of each faster axis, but "
                        + Arrays.toString(strides) + " for " + dims + " steps " + strides[axis] + " along axis " + axis
                        + ", over " + whole + " elements");
            }
            whole = product(dims.get(axis), strides[axis], dims, strides);
            span += whole - strides[axis];
            whole = ragged ? span : whole;
        }
        return span;
    }

    /** Plain loops: planners ask for thousands of spans before anything is compiled. */
    private static int[] fastestFirst(long[] strides) {
        var axes = new int[strides.length];
        for (int axis = 0; axis < axes.length; axis++) {
            int position = axis;
            while (position > 0 && strides[axes[position - 1]] > strides[axis]) {
                axes[position] = axes[position - 1];
                position--;
            }
            axes[position] = axis;
        }
        return axes;
    }

    private static long product(long extent, long stride, Dims dims, long[] strides) {
        // Half of what a long holds, so that the sum of what the faster axes span can't overflow either.
        if (stride > Long.MAX_VALUE / 2 / extent) {
            throw new IllegalArgumentException("strides must span fewer than 2^62 elements, but "
                    + Arrays.toString(strides) + " for " + dims + " span more");
        }
        return extent * stride;
    }

    static boolean isDense(Dims dims, long[] strides, Layout layout) {
        long stride = 1;
        for (int position = dims.rank() - 1; position >= 0; position--) {
            int axis = layout.axisAt(position, dims.rank());
            if (dims.get(axis) != 1) {
                if (strides[axis] != stride) {
                    return false;
                }
                stride *= dims.get(axis);
            }
        }
        return true;
    }

    static boolean isOrdered(Dims dims, long[] strides, Layout layout) {
        long within = 1;
        for (int position = dims.rank() - 1; position >= 0; position--) {
            int axis = layout.axisAt(position, dims.rank());
            if (dims.get(axis) > 1) {
                if (strides[axis] < within || (within == 1 && strides[axis] != 1)) {
                    return false;
                }
                within = strides[axis] * dims.get(axis);
            }
        }
        return true;
    }

    /** Visits the offset of each element of strided memory, in a layout's order. */
    static void forEach(Dims dims, long[] strides, Layout order, LongConsumer visitor) {
        forEachPair(dims, strides, strides, order, (offset, same) -> visitor.accept(offset));
    }

    /** Visits the offsets of each element in two memories, in a layout's order. */
    static void forEachPair(Dims dims, long[] a, long[] b, Layout order, PairVisitor visitor) {
        int[] axes = order.order(dims.rank());
        int last = axes.length - 1;
        var index = new long[axes.length];
        long startA = 0;
        long startB = 0;
        while (true) {
            for (long i = 0; i < dims.get(axes[last]); i++) {
                visitor.accept(startA + i * a[axes[last]], startB + i * b[axes[last]]);
            }
            int position = last - 1;
            while (position >= 0 && ++index[position] == dims.get(axes[position])) {
                startA -= (index[position] - 1) * a[axes[position]];
                startB -= (index[position] - 1) * b[axes[position]];
                index[position--] = 0;
            }
            if (position < 0) {
                return;
            }
            startA += a[axes[position]];
            startB += b[axes[position]];
        }
    }

    /** Takes the offsets of an element in two memories. */
    @FunctionalInterface
    interface PairVisitor {
        void accept(long a, long b);
    }
}
