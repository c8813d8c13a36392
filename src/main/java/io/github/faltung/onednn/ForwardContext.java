package io.github.faltung.onednn;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Pointer;

/**
 * What one call in progress needs for itself: a stream, memory objects, argument arrays, scratchpads and copies. Executing allocates
 * nothing. For one thread at a time; plans lease them from a pool.
 */
final class ForwardContext implements AutoCloseable {
    private final Object problem;
    private final NativeHandles handles = new NativeHandles();
    private final dnnl_stream stream;
    private final dnnl_memory src;
    private final dnnl_memory dst;
    private final Step[] sequence;
    private final AddressPointer address = new AddressPointer();
    private long srcAddress;
    private long dstAddress;

    ForwardContext(NativeEngine engine, ForwardSteps steps) {
        this.problem = steps.implementation().problem();
        try {
            stream = engine.stream(handles);
            src = engine.memory(handles, steps.callerSrc());
            dst = engine.memory(handles, steps.callerDst());
            sequence = bind(engine, steps).toArray(Step[]::new);
        } catch (Throwable e) {
            handles.close();
            throw e;
        }
    }

    private List<Step> bind(NativeEngine engine, ForwardSteps steps) {
        Implementation implementation = steps.implementation();
        var bound = new ArrayList<Step>();
        dnnl_memory in = src;
        if (steps.enter() != null) {
            in = engine.allocated(handles, implementation.src());
            dnnl_memory target = in;
            if (steps.framedPart() != null) {
                zero(in, implementation.src(), implementation.conversion().frame());
                target = sharing(engine, handles, in, steps.framedPart());
            }
            bound.add(steps.enter().bind(engine, handles, src, target));
        }
        dnnl_memory out = dst;
        if (steps.leave() != null) {
            out = engine.allocated(handles, implementation.dst());
        }
        if (steps.previous() != null) {
            bound.add(steps.previous().bind(engine, handles, dst, out));
        }
        bound.add(implementation.bind(engine, handles, in, out));
        if (steps.leave() != null) {
            bound.add(steps.leave().bind(engine, handles, out, dst));
        }
        return bound;
    }

    /** Zeros a frame once: the copies only ever write inside it. */
    static void zero(dnnl_memory memory, dnnl_memory_desc desc) {
        zero(memory, desc, (byte) 0);
    }

    private static void zero(dnnl_memory memory, dnnl_memory_desc desc, byte zero) {
        Pointer.memset(buffer(memory), zero, dnnl.dnnl_memory_desc_get_size(desc));
    }

    /** Makes a memory object of a part of another's buffer. */
    static dnnl_memory sharing(NativeEngine engine, NativeHandles owner, dnnl_memory whole, dnnl_memory_desc part) {
        dnnl_memory memory = engine.memory(owner, part);
        OneDnnStatus.check(
                dnnl.dnnl_memory_set_data_handle(memory, buffer(whole)), "dnnl_memory_set_data_handle", "frame");
        return memory;
    }

    private static Pointer buffer(dnnl_memory memory) {
        var buffer = new Pointer(); // set to where the memory is
        OneDnnStatus.check(dnnl.dnnl_memory_get_data_handle(memory, buffer), "dnnl_memory_get_data_handle", "frame");
        return buffer;
    }

    void execute(long newSrc, long newDst) {
        if (srcAddress != newSrc) {
            point(src, newSrc);
            srcAddress = newSrc;
        }
        if (dstAddress != newDst) {
            point(dst, newDst);
            dstAddress = newDst;
        }
        for (Step step : sequence) {
            step.execute(stream);
        }
        int status = dnnl.dnnl_stream_wait(stream);
        if (status != dnnl.dnnl_success) {
            OneDnnStatus.check(status, "dnnl_stream_wait", problem);
        }
    }

    private void point(dnnl_memory memory, long to) {
        int status = dnnl.dnnl_memory_set_data_handle(memory, address.at(to));
        if (status != dnnl.dnnl_success) {
            OneDnnStatus.check(status, "dnnl_memory_set_data_handle", problem);
        }
    }

    @Override
    public void close() {
        handles.close();
    }
}
