package io.github.faltung.onednn;

import io.github.faltung.tensor.DataType;
import java.util.function.IntConsumer;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;

/**
 * Finds out whether oneDNN goes by a number of threads that was set. A process may hold several OpenMP runtimes, each with a number of its
 * own, and which of them oneDNN's library was bound to depends on what was loaded before, and how.
 *
 * <p>oneDNN has no call that tells. But its convolution by GEMM, which every CPU has, asks for a buffer for each thread that it is going to
 * use, up to one for each image.
 */
final class ThreadLimitProbe {
    private static final long IMAGES = 4;
    private static final long[] SRC = {IMAGES, 8, 8, 8};
    private static final long[] WEIGHTS = {8, 8, 3, 3};
    private static final long[] DST = {IMAGES, 8, 6, 6};
    private static final long[] ONES = {1, 1};
    private static final long[] ZEROS = {0, 0};

    private ThreadLimitProbe() {}

    /**
     * Returns whether oneDNN plans with the number of threads that is set. The number is another afterwards.
     *
     * @param set sets the number for the calling thread
     */
    static boolean responds(IntConsumer set) {
        set.accept(1);
        long forOne = scratchpadBytes();
        set.accept(2);
        return scratchpadBytes() > forOne;
    }

    /** Returns what the implementations of a small layer ask for, all together. */
    private static long scratchpadBytes() {
        try (var engine = new NativeEngine(new Callers(1));
                var handles = new NativeHandles()) {
            var desc = new dnnl_primitive_desc();
            OneDnnStatus.check(
                    dnnl.dnnl_convolution_forward_primitive_desc_create(
                            desc,
                            engine.handle(),
                            dnnl.dnnl_forward_inference,
                            dnnl.dnnl_convolution_direct,
                            engine.tagged(handles, DataType.F32, SRC, dnnl.dnnl_nchw),
                            engine.anyLayout(handles, WEIGHTS),
                            null,
                            engine.tagged(handles, DataType.F32, DST, dnnl.dnnl_nchw),
                            ONES,
                            ZEROS,
                            ZEROS,
                            ZEROS,
                            engine.attributes(handles)),
                    "dnnl_convolution_forward_primitive_desc_create",
                    "the probe of the number of threads");
            handles.own(desc, dnnl::dnnl_primitive_desc_destroy);
            long bytes = 0;
            do {
                dnnl_memory_desc scratchpad = dnnl.dnnl_primitive_desc_query_md(desc, dnnl.dnnl_query_scratchpad_md, 0);
                bytes += dnnl.dnnl_memory_desc_get_size(scratchpad);
            } while (dnnl.dnnl_primitive_desc_next_impl(desc) == dnnl.dnnl_success);
            return bytes;
        }
    }
}
