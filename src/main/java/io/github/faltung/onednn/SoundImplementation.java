package io.github.faltung.onednn;

import io.github.faltung.convolution.UnsupportedConvolutionException;
import java.util.List;
import java.util.Optional;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;

/** Goes through the implementations that oneDNN offers, in its order, for the first that no known defect strikes and that compiles. */
final class SoundImplementation {
    private SoundImplementation() {}

    /** Names the known defect that an implementation may run into, if any. */
    @FunctionalInterface
    interface Guard {
        Optional<String> defect(String implementation, long scratchpadBytes);
    }

    /**
     * Compiles the implementation.
     *
     * @param desc stands at oneDNN's first; left at the one compiled
     * @param notes gets which were passed over, and why
     * @throws UnsupportedConvolutionException if there is none
     */
    static Primitive compile(
            NativeHandles owner, dnnl_primitive_desc desc, Object problem, Guard guard, List<String> notes) {
        while (true) {
            String candidate = Primitive.implementationName(desc);
            long scratchpadBytes = dnnl.dnnl_memory_desc_get_size(
                    dnnl.dnnl_primitive_desc_query_md(desc, dnnl.dnnl_query_scratchpad_md, 0));
            Optional<String> defect = guard.defect(candidate, scratchpadBytes);
            if (defect.isEmpty()) {
                var compiled = owner.own(new dnnl_primitive(), dnnl::dnnl_primitive_destroy);
                int status = SoundThread.compile(compiled, desc);
                if (status == dnnl.dnnl_success) {
                    return new Primitive(compiled, desc, problem);
                }
                if (status != dnnl.dnnl_runtime_error && status != dnnl.dnnl_unimplemented) {
                    OneDnnStatus.check(status, Primitive.CREATION, problem);
                }
            }
            notes.add(candidate + " is passed over: " + defect.orElse("oneDNN can't compile it for this problem"));
            if (dnnl.dnnl_primitive_desc_next_impl(desc) != dnnl.dnnl_success) {
                throw new UnsupportedConvolutionException(
                        "oneDNN has no sound implementation (" + String.join("; ", notes) + "): " + problem);
            }
        }
    }
}
