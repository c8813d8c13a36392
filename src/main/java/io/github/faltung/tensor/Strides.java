package io.github.faltung.tensor;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Arithmetic on strides: how long they make a tensor, and walking one in an order that is not that of its memory. */
final class Strides {
    private Strides() {}

    /**
     * Returns the number of elements from the first to the last in memory, both included.
     *
     * @throws IllegalArgumentException if the strides don't fit the dims, or two elements would share their memory
     */
    static long span(Dims dims, long[] strides) {
        if (strides.length != dims.rank()) {
            throw new IllegalArgumentException("strides must be " + dims.rank() + ", one for each axis of " + dims
                    + ", but were " + Arrays.toString(strides));
        }
        int[] byStride = IntStream.range(0, strides.length)
                .boxed()
                .sorted(Comparator.comparingLong(axis -> strides[axis]))
                .mapToInt(Integer::intValue)
                .toArray();
        long span = 1;
        for (int axis : byStride) {
            if (strides[axis] < 1) {
                throw new IllegalArgumentException("strides must be positive, but were " + Arrays.toString(strides));
            }
            if (dims.get(axis) == 1) {
                continue;
            }
            if (strides[axis] < span) {
                throw new IllegalArgumentException("strides must give each element a place of its own, but "
                        + Arrays.toString(strides) + " for " + dims + " steps " + strides[axis] + " along axis " + axis
                        + ", over " + span + " elements");
            }
            span = addProduct(span, dims.get(axis) - 1, strides[axis], dims, strides);
        }
        return span;
    }

    private static long addProduct(long sum, long a, long b, Dims dims, long[] strides) {
        try {
            return Math.addExact(sum, Math.multiplyExact(a, b));
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    "strides must span fewer than 2^63 elements, but " + Arrays.toString(strides) + " for " + dims
                            + " span more",
                    e);
        }
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

    /** Copies {@code from}, in the given order, into strided memory. */
    static void copy(FloatBuffer from, NativeMemory to, Dims dims, long[] strides, Layout order) {
        if (isDense(dims, strides, order)) {
            to.write(0, from);
            return;
        }
        var walk = new Walk(dims, strides, order);
        while (walk.nextRun()) {
            long at = walk.offset;
            for (int i = 0; i < walk.length; i++, at += walk.step) {
                to.setFloat(at, from.get());
            }
        }
    }

    /** Copies strided memory into {@code to}, in the given order. */
    static void copy(NativeMemory from, FloatBuffer to, Dims dims, long[] strides, Layout order) {
        if (isDense(dims, strides, order)) {
            from.read(0, to);
            return;
        }
        var walk = new Walk(dims, strides, order);
        while (walk.nextRun()) {
            long at = walk.offset;
            for (int i = 0; i < walk.length; i++, at += walk.step) {
                to.put(from.getFloat(at));
            }
        }
    }

    /** Visits strided memory in a layout's order, run by run along the axis that varies fastest. */
    private static final class Walk {
        private final long[] extents;
        private final long[] steps;
        private final long[] index;
        private final int last;
        private boolean started;
        private final long length;
        private final long step;
        private long offset;

        Walk(Dims dims, long[] strides, Layout order) {
            int[] axes = order.order(dims.rank());
            extents = Arrays.stream(axes).mapToLong(dims::get).toArray();
            steps = Arrays.stream(axes).mapToLong(axis -> strides[axis]).toArray();
            index = new long[axes.length];
            last = axes.length - 1;
            length = extents[last];
            step = steps[last];
        }

        boolean nextRun() {
            if (!started) {
                started = true;
                return true;
            }
            for (int position = last - 1; position >= 0; position--) {
                offset += steps[position];
                if (++index[position] < extents[position]) {
                    return true;
                }
                offset -= extents[position] * steps[position];
                index[position] = 0;
            }
            return false;
        }
    }
}
