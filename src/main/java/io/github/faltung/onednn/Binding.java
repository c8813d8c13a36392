package io.github.faltung.onednn;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Pointer;

/** Collects what one context of a plan consists of: steps, and the memory objects that follow the caller's tensors. For one thread. */
final class Binding {
    /**
     * A memory object that lies somewhere in a caller's tensor.
     *
     * @param bytes from the tensor's first element on
     */
    record Following(dnnl_memory memory, long bytes) {}

    private final NativeEngine engine;
    private final NativeHandles handles;
    private final List<Step> steps = new ArrayList<>();
    private final List<Following> sources = new ArrayList<>();
    private final List<Following> destinations = new ArrayList<>();

    /** Begins with nothing; {@code handles} takes over what is made. */
    Binding(NativeEngine engine, NativeHandles handles) {
        this.engine = engine;
        this.handles = handles;
    }

    NativeEngine engine() {
        return engine;
    }

    NativeHandles handles() {
        return handles;
    }

    /** Makes a memory object that lies in the caller's source, from some byte on. */
    dnnl_memory source(dnnl_memory_desc desc, long bytes) {
        return following(sources, desc, bytes);
    }

    /** Makes a memory object that lies in the caller's destination, from some byte on. */
    dnnl_memory destination(dnnl_memory_desc desc, long bytes) {
        return following(destinations, desc, bytes);
    }

    private dnnl_memory following(List<Following> all, dnnl_memory_desc desc, long bytes) {
        dnnl_memory memory = engine.memory(handles, desc);
        all.add(new Following(memory, bytes));
        return memory;
    }

    /** Makes a memory object with a buffer of its own, all zeros. */
    dnnl_memory zeros(dnnl_memory_desc desc) {
        return filled(desc, (byte) 0);
    }

    /** Makes a memory object with a buffer of its own, all bytes alike. */
    dnnl_memory filled(dnnl_memory_desc desc, byte value) {
        dnnl_memory memory = engine.allocated(handles, desc);
        Pointer.memset(buffer(memory), value, dnnl.dnnl_memory_desc_get_size(desc));
        return memory;
    }

    /** Makes a memory object with a buffer of its own, not initialised. */
    dnnl_memory allocated(dnnl_memory_desc desc) {
        return engine.allocated(handles, desc);
    }

    /** Makes a memory object of a part of another's buffer, from some byte on. */
    dnnl_memory part(dnnl_memory whole, dnnl_memory_desc part, long bytes) {
        dnnl_memory memory = engine.memory(handles, part);
        try (var address = new AddressPointer()) {
            OneDnnStatus.check(
                    dnnl.dnnl_memory_set_data_handle(
                            memory, address.at(buffer(whole).address() + bytes)),
                    "dnnl_memory_set_data_handle",
                    "part");
        }
        return memory;
    }

    private static Pointer buffer(dnnl_memory memory) {
        var buffer = new Pointer(); // set to where the memory is
        OneDnnStatus.check(dnnl.dnnl_memory_get_data_handle(memory, buffer), "dnnl_memory_get_data_handle", "buffer");
        return buffer;
    }

    void add(Step step) {
        steps.add(step);
    }

    /** Returns the steps that {@code bind} adds, and does not keep them. */
    List<Step> gather(Runnable bind) {
        int before = steps.size();
        bind.run();
        List<Step> added = steps.subList(before, steps.size());
        var gathered = List.copyOf(added);
        added.clear();
        return gathered;
    }

    List<Step> steps() {
        return steps;
    }

    List<Following> sources() {
        return sources;
    }

    List<Following> destinations() {
        return destinations;
    }
}
