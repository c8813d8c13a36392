package io.github.faltung.onednn;

import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;

/**
 * Where oneDNN compiles. Its code generator keeps the first error that it meets, such as memory that can't be had or code that becomes too
 * long, for the thread on which that came, and from then on whatever this thread has it compile fails: oneDNN PR #5907, merged after 3.11. So
 * what failed is compiled once more on a new thread, which tells whether it can be, and so is all that comes later on the same thread.
 */
final class SoundThread {
    private static final ThreadLocal<SoundThread> OWN = ThreadLocal.withInitial(SoundThread::new);

    private boolean spoilt;

    private SoundThread() {}

    /** Compiles a primitive, and what it would have compiled when it runs, and returns oneDNN's status. */
    static int compile(dnnl_primitive primitive, dnnl_primitive_desc desc) {
        if (!NativeRoom.isThere()) {
            return dnnl.dnnl_out_of_memory;
        }
        int ofProduct = ProductKernels.compileFor(Primitive.implementationName(desc));
        return ofProduct == dnnl.dnnl_success ? compileAlone(primitive, desc) : ofProduct;
    }

    private static int compileAlone(dnnl_primitive primitive, dnnl_primitive_desc desc) {
        SoundThread own = OWN.get();
        if (!own.spoilt) {
            int status = dnnl.dnnl_primitive_create(primitive, desc);
            own.spoilt = status == dnnl.dnnl_out_of_memory || status == dnnl.dnnl_runtime_error;
            if (!own.spoilt) {
                return status;
            }
        }
        return onNewThread(primitive, desc);
    }

    private static int onNewThread(dnnl_primitive primitive, dnnl_primitive_desc desc) {
        int threads = OpenMpThreads.number();
        var status = new int[1];
        try {
            VirtualThreads.runOnNew(() -> {
                OpenMpThreads.limit(threads);
                status[0] = dnnl.dnnl_primitive_create(primitive, desc);
            });
        } catch (OutOfMemoryError e) {
            return dnnl.dnnl_out_of_memory; // there can be no thread
        }
        return status[0];
    }
}
