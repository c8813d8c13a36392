package io.github.faltung.onednn;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.global.dnnl;

/** A primitive that copies from one layout and type to another, with the scales and zero points that it needs for that. Immutable. */
final class Copy {
    private final Primitive primitive;
    private final Map<Integer, dnnl_memory> constants;

    /**
     * Compiles the copy, which {@code owner} takes over.
     *
     * @param scale gives source and destination their scales and zero points
     */
    Copy(
            NativeEngine engine,
            NativeHandles owner,
            dnnl_memory_desc from,
            dnnl_memory_desc to,
            Consumer<Scaling> scale,
            Object problem) {
        var scaling = new Scaling(engine, owner, engine.attributes(owner));
        scale.accept(scaling);
        primitive = engine.reorder(owner, from, to, scaling.attributes(), problem);
        constants = scaling.arguments();
    }

    Primitive primitive() {
        return primitive;
    }

    /** Makes it ready to run between two memories. */
    BoundPrimitive bind(NativeEngine engine, NativeHandles owner, dnnl_memory from, dnnl_memory to) {
        var arguments = new HashMap<>(constants);
        arguments.put(dnnl.DNNL_ARG_FROM, from);
        arguments.put(dnnl.DNNL_ARG_TO, to);
        return new BoundPrimitive(engine, owner, primitive, arguments);
    }
}
