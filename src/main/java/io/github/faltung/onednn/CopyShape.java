package io.github.faltung.onednn;

import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * What a reorder has to do, as far as oneDNN's implementations choose by it. Immutable.
 *
 * @param isOfFloats whether both sides are f32
 * @param axes of a copy between plain layouts, the slowest first; none if one is blocked
 */
record CopyShape(boolean isOfFloats, List<CopyAxis> axes) {
    /** Returns that of a copy between two memories. */
    static CopyShape of(dnnl_memory_desc from, dnnl_memory_desc to) {
        boolean isOfFloats = dataType(from) == dnnl.dnnl_f32 && dataType(to) == dnnl.dnnl_f32;
        boolean isPlain = isPlain(from) && isPlain(to);
        return new CopyShape(
                isOfFloats,
                isPlain
                        ? CopyAxis.fewest(
                                numbers(from, dnnl.dnnl_query_dims),
                                numbers(from, dnnl.dnnl_query_strides),
                                numbers(to, dnnl.dnnl_query_strides))
                        : List.of());
    }

    /** Returns oneDNN's code of the type of a memory's elements. */
    static int dataType(dnnl_memory_desc desc) {
        return number(desc, dnnl.dnnl_query_data_type);
    }

    /** Returns how many bytes beyond where a memory begins its first element lies. */
    static long startBytes(dnnl_memory_desc desc) {
        try (NativeStruct start = query(desc, dnnl.dnnl_query_submemory_offset_s64)) {
            return new LongPointer(start.pointer()).get() * elementBytes(desc);
        }
    }

    static long elementBytes(dnnl_memory_desc desc) {
        return dnnl.dnnl_data_type_size(dataType(desc));
    }

    private static boolean isPlain(dnnl_memory_desc desc) {
        return number(desc, dnnl.dnnl_query_inner_nblks_s32) == 0;
    }

    private static int number(dnnl_memory_desc desc, int what) {
        try (NativeStruct number = query(desc, what)) {
            return new IntPointer(number.pointer()).get();
        }
    }

    private static long[] numbers(dnnl_memory_desc desc, int what) {
        try (NativeStruct place = query(desc, what)) {
            var numbers = new LongPointer(place.target());
            return IntStream.range(0, number(desc, dnnl.dnnl_query_ndims_s32))
                    .mapToLong(numbers::get)
                    .toArray();
        }
    }

    /** Returns what oneDNN says of a memory: a number, or a pointer to several. */
    private static NativeStruct query(dnnl_memory_desc desc, int what) {
        var answer = new NativeStruct(Long.BYTES);
        try {
            Pointer place = answer.pointer();
            OneDnnStatus.check(dnnl.dnnl_memory_desc_query(desc, what, place), "dnnl_memory_desc_query", what);
            return answer;
        } catch (Throwable e) {
            answer.close();
            throw e;
        }
    }
}
