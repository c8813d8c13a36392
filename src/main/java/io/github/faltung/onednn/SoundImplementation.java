package io.github.faltung.onednn;

import io.github.faltung.convolution.UnsupportedConvolutionException;
import java.util.List;
import java.util.Optional;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;

/** Goes through the implementations that oneDNN offers, in its order, for one that no known defect strikes and that compiles. */
final class SoundImplementation {
    private static final String ADVANCE = "dnnl_primitive_desc_next_impl";

    private SoundImplementation() {}

    /** Names the known defect that an implementation may run into, if any. */
    @FunctionalInterface
    interface Guard {
        Optional<String> defect(String implementation, long scratchpadBytes);
    }

    /**
     * Compiles the first.
     *
     * @param desc stands at oneDNN's first; left at the one compiled
     * @param notes gets which were passed over, and why
     * @throws UnsupportedConvolutionException if there is none
     */
    static Primitive compile(
            NativeHandles owner, dnnl_primitive_desc desc, Object problem, Guard guard, List<String> notes) {
        while (true) {
            Optional<String> defect = defect(desc, guard);
            if (defect.isEmpty()) {
                Optional<Primitive> compiled = tryCompile(owner, desc, problem);
                if (compiled.isPresent()) {
                    return compiled.get();
                }
            }
            notes.add(passedOver(
                    Primitive.implementationName(desc), defect.orElse("oneDNN can't compile it for this problem")));
            if (!advance(desc, problem)) {
                throw new UnsupportedConvolutionException(
                        "oneDNN has no sound implementation (" + String.join("; ", notes) + "): " + problem);
            }
        }
    }

    /**
     * Compiles the implementation of a given name.
     *
     * @param desc stands at oneDNN's first; left at the one compiled, or anywhere if there is none
     * @return nothing if oneDNN doesn't offer it or can't compile it, or a known defect strikes it
     */
    static Optional<Primitive> compileOnly(
            NativeHandles owner, dnnl_primitive_desc desc, Object problem, Guard guard, String name) {
        while (!Primitive.implementationName(desc).equals(name)) {
            if (!advance(desc, problem)) {
                return Optional.empty();
            }
        }
        return defect(desc, guard).isPresent() ? Optional.empty() : tryCompile(owner, desc, problem);
    }

    /** Returns a note about an implementation that is not taken. */
    static String passedOver(String implementation, String why) {
        return implementation + " is passed over: " + why;
    }

    /** Goes on to the next implementation, if there is one. */
    private static boolean advance(dnnl_primitive_desc desc, Object problem) {
        NativeRoom.require(ADVANCE, problem);
        return dnnl.dnnl_primitive_desc_next_impl(desc) == dnnl.dnnl_success;
    }

    private static Optional<String> defect(dnnl_primitive_desc desc, Guard guard) {
        long scratchpadBytes = dnnl.dnnl_memory_desc_get_size(
                dnnl.dnnl_primitive_desc_query_md(desc, dnnl.dnnl_query_scratchpad_md, 0));
        return guard.defect(Primitive.implementationName(desc), scratchpadBytes);
    }

    private static Optional<Primitive> tryCompile(NativeHandles owner, dnnl_primitive_desc desc, Object problem) {
        var compiled = owner.own(new dnnl_primitive(), dnnl::dnnl_primitive_destroy);
        int status = SoundThread.compile(compiled, desc);
        if (status == dnnl.dnnl_success) {
            return Optional.of(new Primitive(compiled, desc, problem));
        }
        if (status != dnnl.dnnl_runtime_error && status != dnnl.dnnl_unimplemented) {
            OneDnnStatus.check(status, Primitive.CREATION, problem);
        }
        return Optional.empty();
    }
}
