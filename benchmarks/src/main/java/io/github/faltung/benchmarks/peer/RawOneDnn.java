package io.github.faltung.benchmarks.peer;

import java.util.ArrayDeque;
import java.util.Deque;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/** oneDNN's C API as far as a layer needs it: an engine with a stream, and what was made on it. For one thread. */
final class RawOneDnn implements AutoCloseable {
    private final Deque<Runnable> destructions = new ArrayDeque<>();
    private final dnnl_engine engine = new dnnl_engine();
    private final dnnl_stream stream = new dnnl_stream();
    private final dnnl_primitive_attr attributes = new dnnl_primitive_attr();

    RawOneDnn() {
        check("engine", dnnl.dnnl_engine_create(engine, dnnl.dnnl_cpu, 0));
        destructions.push(() -> dnnl.dnnl_engine_destroy(engine));
        check("stream", dnnl.dnnl_stream_create(stream, engine, dnnl.dnnl_stream_default_flags));
        destructions.push(() -> dnnl.dnnl_stream_destroy(stream));
        check("attributes", dnnl.dnnl_primitive_attr_create(attributes));
        destructions.push(() -> dnnl.dnnl_primitive_attr_destroy(attributes));
        check(
                "scratchpad mode",
                dnnl.dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl.dnnl_scratchpad_mode_user));
    }

    static void check(String call, int status) {
        if (status == dnnl.dnnl_unimplemented) {
            throw new Refusal("oneDNN has no implementation (" + call + ")");
        }
        if (status != dnnl.dnnl_success) {
            throw new IllegalStateException("oneDNN's " + call + " returned status " + status);
        }
    }

    dnnl_engine engine() {
        return engine;
    }

    /** Returns the default attributes, with scratchpads that the caller gives. */
    dnnl_primitive_attr attributes() {
        return attributes;
    }

    dnnl_memory_desc strided(long[] dims, long[] strides) {
        var desc = new dnnl_memory_desc();
        check(
                "memory desc",
                dnnl.dnnl_memory_desc_create_with_strides(desc, dims.length, dims, dnnl.dnnl_f32, strides));
        destructions.push(() -> dnnl.dnnl_memory_desc_destroy(desc));
        return desc;
    }

    /** Describes memory whose layout the implementation chooses. */
    dnnl_memory_desc any(long[] dims) {
        var desc = new dnnl_memory_desc();
        check(
                "memory desc",
                dnnl.dnnl_memory_desc_create_with_tag(
                        desc, dims.length, dims, dnnl.dnnl_f32, dnnl.dnnl_format_tag_any));
        destructions.push(() -> dnnl.dnnl_memory_desc_destroy(desc));
        return desc;
    }

    dnnl_memory memory(dnnl_memory_desc desc, Pointer data) {
        var memory = new dnnl_memory();
        check("memory", dnnl.dnnl_memory_create(memory, desc, engine, data));
        destructions.push(() -> dnnl.dnnl_memory_destroy(memory));
        return memory;
    }

    dnnl_primitive_desc own(dnnl_primitive_desc desc) {
        destructions.push(() -> dnnl.dnnl_primitive_desc_destroy(desc));
        return desc;
    }

    dnnl_primitive primitive(dnnl_primitive_desc desc) {
        var primitive = new dnnl_primitive();
        check("primitive", dnnl.dnnl_primitive_create(primitive, desc));
        destructions.push(() -> dnnl.dnnl_primitive_destroy(primitive));
        return primitive;
    }

    /** Returns memory in another layout, reordered now. */
    dnnl_memory reordered(dnnl_memory from, dnnl_memory_desc fromDesc, dnnl_memory_desc wanted) {
        var desc = new dnnl_primitive_desc();
        check("reorder", dnnl.dnnl_reorder_primitive_desc_create(desc, fromDesc, engine, wanted, engine, null));
        own(desc);
        dnnl_memory to = memory(wanted, Address.allocate());
        dnnl_exec_arg_t arguments = new dnnl_exec_arg_t(2);
        arguments.position(0).arg(dnnl.DNNL_ARG_FROM).memory(from);
        arguments.position(1).arg(dnnl.DNNL_ARG_TO).memory(to);
        execute(primitive(desc), 2, arguments.position(0));
        return to;
    }

    void execute(dnnl_primitive primitive, int count, dnnl_exec_arg_t arguments) {
        int status = dnnl.dnnl_primitive_execute(primitive, stream, count, arguments);
        if (status == dnnl.dnnl_success) {
            status = dnnl.dnnl_stream_wait(stream);
        }
        check("execution", status);
    }

    static String implementation(dnnl_primitive_desc desc) {
        try (var name = new PointerPointer<BytePointer>(1)) {
            check("implementation name", dnnl.dnnl_primitive_desc_query(desc, dnnl.dnnl_query_impl_info_str, 0, name));
            return name.get(BytePointer.class).getString();
        }
    }

    @Override
    public void close() {
        while (!destructions.isEmpty()) {
            destructions.pop().run();
        }
    }
}
