package io.github.faltung.onednn;

import java.util.List;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;

/**
 * What one call in progress needs for itself: a stream, memory objects, argument arrays, scratchpads and copies. Executing allocates
 * nothing. For one thread at a time; plans lease them from a pool.
 */
final class ForwardContext implements AutoCloseable {
    private final Object problem;
    private final int threads;
    private final NativeHandles handles = new NativeHandles();
    private final dnnl_stream stream;
    private final Callers src;
    private final Callers dst;
    private final Step[] sequence;

    /**
     * Makes one.
     *
     * @param threads that OpenMP had when the schedule was compiled
     */
    ForwardContext(NativeEngine engine, Schedule schedule, int threads) {
        this.problem = schedule.problem();
        this.threads = threads;
        try {
            stream = engine.stream(handles);
            var binding = new Binding(engine, handles);
            schedule.bind(binding);
            sequence = binding.steps().toArray(Step[]::new);
            src = new Callers(binding.sources());
            dst = new Callers(binding.destinations());
        } catch (Throwable e) {
            handles.close();
            throw e;
        }
    }

    /** The memory objects that lie in one of the caller's tensors. */
    private final class Callers {
        /** No tensor's. */
        private static final long UNKNOWN = 0;

        private final dnnl_memory[] memories;
        private final long[] bytes;
        private final AddressPointer pointer = new AddressPointer();
        private long address = UNKNOWN;

        Callers(List<Binding.Following> all) {
            memories = all.stream().map(Binding.Following::memory).toArray(dnnl_memory[]::new);
            bytes = all.stream().mapToLong(Binding.Following::bytes).toArray();
        }

        void moveTo(long newAddress) {
            if (address == newAddress) {
                return;
            }
            address = UNKNOWN; // if one of several fails, the next call moves them all
            for (int i = 0; i < memories.length; i++) {
                int status = dnnl.dnnl_memory_set_data_handle(memories[i], pointer.at(newAddress + bytes[i]));
                if (status != dnnl.dnnl_success) {
                    OneDnnStatus.check(status, "dnnl_memory_set_data_handle", problem);
                }
            }
            address = newAddress;
        }
    }

    void execute(long newSrc, long newDst) {
        src.moveTo(newSrc);
        dst.moveTo(newDst);
        for (Step step : sequence) {
            if (step.waits()) {
                step.execute(stream);
            } else {
                executeLimited(step);
            }
        }
        int status = dnnl.dnnl_stream_wait(stream);
        if (status != dnnl.dnnl_success) {
            OneDnnStatus.check(status, "dnnl_stream_wait", problem);
        }
    }

    /** Executes a step that waits for nothing: so no virtual thread changes its carrier. */
    private void executeLimited(Step step) {
        int before = OpenMpThreads.limit(threads);
        try {
            step.execute(stream);
        } finally {
            OpenMpThreads.limit(before);
        }
    }

    @Override
    public void close() {
        handles.close();
    }
}
