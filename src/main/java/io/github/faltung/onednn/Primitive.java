package io.github.faltung.onednn;

import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.BytePointer;

/** A compiled oneDNN primitive. Immutable; may be executed by many threads at once, each with its own stream and scratchpad. */
final class Primitive {
    private final dnnl_primitive primitive;
    private final dnnl_memory_desc scratchpad;
    private final long scratchpadBytes;
    private final Object problem;

    /** The functions that describe, one for each kind of primitive. */
    static final String DESCRIPTION = "dnnl_primitive_desc_create";

    /** The function that compiles. */
    static final String CREATION = "dnnl_primitive_create";

    /**
     * Takes a compiled primitive.
     *
     * @param desc what it was compiled from; must live as long as this
     */
    Primitive(dnnl_primitive primitive, dnnl_primitive_desc desc, Object problem) {
        this.primitive = primitive;
        this.scratchpad = dnnl.dnnl_primitive_desc_query_md(desc, dnnl.dnnl_query_scratchpad_md, 0);
        this.scratchpadBytes = dnnl.dnnl_memory_desc_get_size(scratchpad);
        this.problem = problem;
    }

    /** Returns a description for oneDNN to fill, which needs memory. */
    static dnnl_primitive_desc description(NativeHandles owner, Object problem) {
        NativeRoom.require(DESCRIPTION, problem);
        return owner.own(new dnnl_primitive_desc(), dnnl::dnnl_primitive_desc_destroy);
    }

    /** Compiles a primitive. */
    static Primitive create(NativeHandles owner, dnnl_primitive_desc desc, Object problem) {
        var primitive = owner.own(new dnnl_primitive(), dnnl::dnnl_primitive_destroy);
        OneDnnStatus.check(SoundThread.compile(primitive, desc), CREATION, problem);
        return new Primitive(primitive, desc, problem);
    }

    /** Returns oneDNN's name of the implementation that a description has arrived at. */
    static String implementationName(dnnl_primitive_desc desc) {
        try (var name = NativeStruct.forPointer()) {
            OneDnnStatus.check(
                    dnnl.dnnl_primitive_desc_query(desc, dnnl.dnnl_query_impl_info_str, 0, name.pointer()),
                    "dnnl_primitive_desc_query",
                    "impl_info_str");
            return new BytePointer(name.target()).getString();
        }
    }

    dnnl_primitive handle() {
        return primitive;
    }

    dnnl_memory_desc scratchpad() {
        return scratchpad;
    }

    long scratchpadBytes() {
        return scratchpadBytes;
    }

    Object problem() {
        return problem;
    }
}
