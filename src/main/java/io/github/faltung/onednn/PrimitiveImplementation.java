package io.github.faltung.onednn;

import java.util.HashMap;
import java.util.Map;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.global.dnnl;

/** An implementation that is one oneDNN primitive. */
interface PrimitiveImplementation extends Implementation {
    Primitive primitive();

    /** Returns what it reads besides the source, such as weights, by oneDNN's argument index. */
    Map<Integer, dnnl_memory> constants();

    @Override
    default Step bind(NativeEngine engine, NativeHandles owner, dnnl_memory in, dnnl_memory out) {
        var arguments = new HashMap<>(constants());
        arguments.put(dnnl.DNNL_ARG_SRC, in);
        arguments.put(dnnl.DNNL_ARG_DST, out);
        return new BoundPrimitive(engine, owner, primitive(), arguments);
    }

    @Override
    default long scratchpadBytes() {
        return primitive().scratchpadBytes();
    }
}
