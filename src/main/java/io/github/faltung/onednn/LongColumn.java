package io.github.faltung.onednn;

import io.github.faltung.convolution.Program.Copy;
import io.github.faltung.convolution.Region;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;

/**
 * Copies of a row, dense throughout, into a column of every fourth element, or eighth and so on, such as a channel of a picture with four: oneDNN divides by
 * zero where such a row is longer than three quarters of the first-level cache and its length no multiple of 16 ({@code prb_block_for_cache} in
 * {@code jit_uni_reorder.cpp} moves the only axis beyond the last). So the elements beyond a multiple of 16 are copied apart.
 */
final class LongColumn {
    /** Of elements: rows that are no longer fit any first-level cache. */
    private static final long SHORT = 1 << 10;

    private static final long BLOCK = 16;

    private LongColumn() {}

    /** Returns the copies that oneDNN survives. */
    static List<Copy> pieces(Copy copy) {
        int[] longer = IntStream.range(0, copy.from().dims().rank())
                .filter(axis -> copy.from().dims().get(axis) > 1)
                .toArray();
        if (longer.length != 1 || copy.from().isBlocked() || copy.to().isBlocked()) {
            return List.of(copy);
        }
        int axis = longer[0];
        long length = copy.from().dims().get(axis);
        if (!crashes(length, copy.from().part().stride(axis), copy.to().part().stride(axis))) {
            return List.of(copy);
        }
        long blocks = length - length % BLOCK;
        return List.of(slice(copy, axis, 0, blocks), slice(copy, axis, blocks, length - blocks));
    }

    private static Copy slice(Copy copy, int axis, long start, long count) {
        return copy.between(slice(copy.from(), axis, start, count), slice(copy.to(), axis, start, count));
    }

    private static Region slice(Region region, int axis, long start, long count) {
        return region.with(part -> part.slice(axis, start, count));
    }

    private static boolean crashes(long length, long from, long to) {
        return length > SHORT && length % BLOCK != 0 && from == 1 && to != 1 && to % 4 == 0;
    }

    /** Returns whether such a copy is what two descriptions say, with however many axes. */
    static boolean crashes(dnnl_memory_desc from, dnnl_memory_desc to) {
        if (isBlocked(from) || isBlocked(to)) {
            return false;
        }
        long[] dims = numbers(from, dnnl.dnnl_query_dims);
        long[] steps = numbers(from, dnnl.dnnl_query_strides);
        long[] toSteps = numbers(to, dnnl.dnnl_query_strides);
        int[] fastestFirst = IntStream.range(0, dims.length)
                .filter(axis -> dims[axis] > 1)
                .boxed()
                .sorted((a, b) -> Long.compare(steps[a], steps[b]))
                .mapToInt(axis -> axis)
                .toArray();
        if (fastestFirst.length == 0) {
            return false;
        }
        long step = steps[fastestFirst[0]];
        long toStep = toSteps[fastestFirst[0]];
        long length = 1;
        for (int axis : fastestFirst) {
            if (steps[axis] != step * length || toSteps[axis] != toStep * length) {
                return false; // more than one axis for oneDNN, too
            }
            length *= dims[axis];
        }
        return crashes(length, step, toStep);
    }

    private static boolean isBlocked(dnnl_memory_desc desc) {
        return number(desc, dnnl.dnnl_query_inner_nblks_s32) != 0;
    }

    private static int number(dnnl_memory_desc desc, int what) {
        try (var number = new NativeStruct(Integer.BYTES)) {
            OneDnnStatus.check(
                    dnnl.dnnl_memory_desc_query(desc, what, number.pointer()), "dnnl_memory_desc_query", what);
            return new IntPointer(number.pointer()).get();
        }
    }

    private static long[] numbers(dnnl_memory_desc desc, int what) {
        try (var pointer = NativeStruct.forPointer()) {
            OneDnnStatus.check(
                    dnnl.dnnl_memory_desc_query(desc, what, pointer.pointer()), "dnnl_memory_desc_query", what);
            var numbers = new long[number(desc, dnnl.dnnl_query_ndims_s32)];
            new LongPointer(pointer.target()).get(numbers);
            return numbers;
        }
    }
}
