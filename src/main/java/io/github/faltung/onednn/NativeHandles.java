package io.github.faltung.onednn;

import io.github.faltung.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToIntFunction;
import org.bytedeco.javacpp.Pointer;

/**
 * oneDNN objects that are destroyed together, last made first. What a failed construction had made is destroyed by closing this. For
 * one thread at a time.
 */
final class NativeHandles implements AutoCloseable {
    /** The number of oneDNN objects in the process that were owned and not destroyed yet. */
    private static final AtomicLong LIVE = new AtomicLong();

    private final Deque<Runnable> destructions = new ArrayDeque<>();

    static long live() {
        return LIVE.get();
    }

    /**
     * Takes over the object that the caller is about to make: from the moment that oneDNN has made it, nothing that goes wrong, want of memory
     * included, can lose it.
     *
     * @param handle not pointing anywhere yet; if it still does not when this is closed, there is nothing to destroy
     * @param destroy the C function that destroys it
     */
    <P extends Pointer> P own(P handle, ToIntFunction<P> destroy) {
        destructions.push(() -> {
            LIVE.decrementAndGet();
            if (!handle.isNull()) {
                OneDnnStatus.check(destroy.applyAsInt(handle), "destroy", handle);
            }
        });
        LIVE.incrementAndGet();
        return handle;
    }

    /** Takes over memory that oneDNN's objects refer to: it is freed after those that are made later. */
    void own(Tensor memory) {
        destructions.push(memory::close);
    }

    /** Takes over a structure. */
    void own(NativeStruct struct) {
        destructions.push(struct::close);
    }

    @Override
    public void close() {
        while (!destructions.isEmpty()) {
            destructions.pop().run();
        }
    }
}
