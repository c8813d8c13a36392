package io.github.faltung.onednn;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Tensor;
import java.util.Arrays;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;

/**
 * oneDNN's CPU engine, and the making of objects on it: each call is checked, and what it made belongs to the given handles.
 * Thread-safe, as oneDNN's engine is.
 */
final class NativeEngine implements AutoCloseable {
    private static final AddressPointer NO_HANDLE = new AddressPointer().at(0);

    /** oneDNN's {@code DNNL_MEMORY_ALLOCATE}: the memory object allocates and owns its buffer. */
    private static final AddressPointer ALLOCATE = new AddressPointer().at(-1);

    private final NativeHandles handles = new NativeHandles();
    private final dnnl_engine engine = new dnnl_engine();
    private final Callers callers;
    private final Guards guards;

    /** Makes one for callers who share its threads, on which all that is known to be wrong is led around. */
    NativeEngine(Callers callers) {
        this(callers, Guards.ALL);
    }

    /** Makes one for callers who share its threads, on which some of what is known to be wrong is led around. */
    NativeEngine(Callers callers, Guards guards) {
        this.callers = callers;
        this.guards = guards;
        try {
            handles.own(engine, dnnl::dnnl_engine_destroy);
            OneDnnStatus.check(dnnl.dnnl_engine_create(engine, dnnl.dnnl_cpu, 0), "dnnl_engine_create", "CPU 0");
        } catch (Throwable e) {
            handles.close();
            throw e;
        }
    }

    Callers callers() {
        return callers;
    }

    dnnl_engine handle() {
        return engine;
    }

    /** Returns which defects what is made on it is led around. */
    Guards guards() {
        return guards;
    }

    /** Describes f32 memory whose layout the implementation may choose. */
    dnnl_memory_desc anyLayout(NativeHandles owner, long[] dims) {
        return anyLayout(owner, DataType.F32, dims);
    }

    /** Describes memory whose layout the implementation may choose. */
    dnnl_memory_desc anyLayout(NativeHandles owner, DataType type, long[] dims) {
        return tagged(owner, type, dims, dnnl.dnnl_format_tag_any);
    }

    /** Describes memory in one of oneDNN's own layouts. */
    dnnl_memory_desc tagged(NativeHandles owner, DataType type, long[] dims, int tag) {
        var desc = owner.own(new dnnl_memory_desc(), dnnl::dnnl_memory_desc_destroy);
        OneDnnStatus.check(
                dnnl.dnnl_memory_desc_create_with_tag(desc, dims.length, dims, code(type), tag),
                "dnnl_memory_desc_create_with_tag",
                "dims " + Arrays.toString(dims));
        return desc;
    }

    /** Describes f32 memory with a stride for each axis. */
    dnnl_memory_desc strided(NativeHandles owner, long[] dims, long[] strides) {
        return strided(owner, DataType.F32, dims, strides);
    }

    /** Describes memory with a stride for each axis. */
    dnnl_memory_desc strided(NativeHandles owner, DataType type, long[] dims, long[] strides) {
        return strided(owner, code(type), dims, strides);
    }

    private static dnnl_memory_desc strided(NativeHandles owner, int type, long[] dims, long[] strides) {
        var desc = owner.own(new dnnl_memory_desc(), dnnl::dnnl_memory_desc_destroy);
        OneDnnStatus.check(
                dnnl.dnnl_memory_desc_create_with_strides(desc, dims.length, dims, type, strides),
                "dnnl_memory_desc_create_with_strides",
                "dims " + Arrays.toString(dims) + " with strides " + Arrays.toString(strides));
        return desc;
    }

    /**
     * Describes elements of one axis.
     *
     * @param type oneDNN's code
     */
    dnnl_memory_desc row(NativeHandles owner, int type, long extent, long stride) {
        return strided(owner, type, new long[] {extent}, new long[] {stride});
    }

    private static int code(DataType type) {
        return switch (type) {
            case F32 -> dnnl.dnnl_f32;
            case BF16 -> dnnl.dnnl_bf16;
            case F16 -> dnnl.dnnl_f16;
            case S32 -> dnnl.dnnl_s32;
            case U8 -> dnnl.dnnl_u8;
            case S8 -> dnnl.dnnl_s8;
        };
    }

    /** Describes a part of other memory. */
    dnnl_memory_desc part(NativeHandles owner, dnnl_memory_desc whole, long[] dims, long[] offsets) {
        var desc = owner.own(new dnnl_memory_desc(), dnnl::dnnl_memory_desc_destroy);
        OneDnnStatus.check(
                dnnl.dnnl_memory_desc_create_submemory(desc, whole, dims, offsets),
                "dnnl_memory_desc_create_submemory",
                "dims " + Arrays.toString(dims) + " at " + Arrays.toString(offsets));
        return desc;
    }

    /** Makes a memory object that is given its buffer later. */
    dnnl_memory memory(NativeHandles owner, dnnl_memory_desc desc) {
        return memory(owner, desc, NO_HANDLE);
    }

    /** Makes a memory object of a dense tensor of one axis, which {@code owner} takes over. */
    dnnl_memory memory(NativeHandles owner, Tensor vector) {
        owner.own(vector);
        dnnl_memory_desc desc = strided(owner, vector.dataType(), vector.dims().toArray(), new long[] {1});
        return memory(owner, desc, new AddressPointer().at(vector.address()));
    }

    /** Makes a memory object with a buffer of its own, not initialised. */
    dnnl_memory allocated(NativeHandles owner, dnnl_memory_desc desc) {
        return memory(owner, desc, ALLOCATE);
    }

    /** Makes a memory object of a tensor's elements. */
    dnnl_memory at(NativeHandles owner, Tensor tensor, dnnl_memory_desc desc) {
        dnnl_memory memory = memory(owner, desc);
        try (var address = new AddressPointer()) {
            OneDnnStatus.check(
                    dnnl.dnnl_memory_set_data_handle(memory, address.at(tensor.address())),
                    "dnnl_memory_set_data_handle",
                    tensor);
        }
        return memory;
    }

    private dnnl_memory memory(NativeHandles owner, dnnl_memory_desc desc, AddressPointer buffer) {
        var memory = owner.own(new dnnl_memory(), dnnl::dnnl_memory_destroy);
        OneDnnStatus.check(
                dnnl.dnnl_memory_create(memory, desc, engine, buffer),
                "dnnl_memory_create",
                dnnl.dnnl_memory_desc_get_size(desc) + " bytes");
        return memory;
    }

    /** Returns the description of a memory object, which lives as long as that. */
    dnnl_memory_desc desc(dnnl_memory memory) {
        var desc = new dnnl_memory_desc();
        OneDnnStatus.check(dnnl.dnnl_memory_get_memory_desc(memory, desc), "dnnl_memory_get_memory_desc", "memory");
        return desc;
    }

    /** Makes a stream, for one thread at a time. */
    dnnl_stream stream(NativeHandles owner) {
        var stream = owner.own(new dnnl_stream(), dnnl::dnnl_stream_destroy);
        OneDnnStatus.check(
                dnnl.dnnl_stream_create(stream, engine, dnnl.dnnl_stream_default_flags), "dnnl_stream_create", "CPU 0");
        return stream;
    }

    /**
     * Makes empty attributes with scratchpad mode {@code user}: a library scratchpad belongs to the thread that made the primitive,
     * and executing on another crashes.
     */
    dnnl_primitive_attr attributes(NativeHandles owner) {
        var attributes = owner.own(new dnnl_primitive_attr(), dnnl::dnnl_primitive_attr_destroy);
        OneDnnStatus.check(dnnl.dnnl_primitive_attr_create(attributes), "dnnl_primitive_attr_create", "CPU 0");
        OneDnnStatus.check(
                dnnl.dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl.dnnl_scratchpad_mode_user),
                "dnnl_primitive_attr_set_scratchpad_mode",
                "user");
        return attributes;
    }

    /** Makes a primitive that copies from one layout to another, and converts from one type to another; {@link Copy} leads around what oneDNN errs on. */
    Primitive reorder(
            NativeHandles owner,
            dnnl_memory_desc from,
            dnnl_memory_desc to,
            dnnl_primitive_attr attributes,
            Object problem) {
        var desc = Primitive.description(owner, problem);
        OneDnnStatus.check(
                dnnl.dnnl_reorder_primitive_desc_create(desc, from, engine, to, engine, attributes),
                "dnnl_reorder_primitive_desc_create",
                problem);
        return Primitive.create(owner, desc, problem);
    }

    @Override
    public void close() {
        handles.close();
    }
}
