package io.github.faltung.onednn;

import java.util.Map;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Pointer;

/**
 * A primitive with the memory objects it runs on, its scratchpad included: executing allocates nothing. For one thread at a time. The
 * argument array belongs to the handles too, so that no garbage collector frees it.
 */
final class BoundPrimitive implements Step {
    private final Primitive primitive;
    private final dnnl_exec_arg_t arguments;
    private final int count;

    /**
     * Binds a primitive.
     *
     * @param memories by oneDNN's argument index
     */
    BoundPrimitive(NativeEngine engine, NativeHandles owner, Primitive primitive, Map<Integer, dnnl_memory> memories) {
        boolean scratch = primitive.scratchpadBytes() > 0;
        this.primitive = primitive;
        this.count = memories.size() + (scratch ? 1 : 0);
        var struct = new NativeStruct((long) count * Pointer.sizeof(dnnl_exec_arg_t.class));
        owner.own(struct);
        this.arguments = new dnnl_exec_arg_t(struct.pointer());
        int position = 0;
        for (var entry : memories.entrySet()) {
            set(position++, entry.getKey(), entry.getValue());
        }
        if (scratch) {
            set(position, dnnl.DNNL_ARG_SCRATCHPAD, engine.allocated(owner, primitive.scratchpad()));
        }
        arguments.position(0);
    }

    private void set(int position, int argument, dnnl_memory memory) {
        arguments.position(position).arg(argument).memory(memory);
    }

    @Override
    public void execute(dnnl_stream stream) {
        int status = dnnl.dnnl_primitive_execute(primitive.handle(), stream, count, arguments);
        if (status != dnnl.dnnl_success) {
            OneDnnStatus.check(status, "dnnl_primitive_execute", primitive.problem());
        }
    }
}
