package io.github.faltung.onednn;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Idle contexts of a plan. Thread-safe; taking and giving back allocate nothing. */
final class ContextPool implements AutoCloseable {
    /** More than twice the processors are never in use at once, except by callers that wait for a processor. */
    private static final int CAPACITY = Math.max(4, 2 * Runtime.getRuntime().availableProcessors());

    private final AtomicReferenceArray<@Nullable ForwardContext> idle = new AtomicReferenceArray<>(CAPACITY);

    /** Returns an idle context, which then is the caller's, or {@code null} if there is none. */
    @Nullable
    ForwardContext take() {
        for (int i = 0; i < CAPACITY; i++) {
            if (idle.getPlain(i) != null) {
                ForwardContext context = idle.getAndSet(i, null);
                if (context != null) {
                    return context;
                }
            }
        }
        return null;
    }

    /** Takes a context back, or closes it where there are enough. */
    void give(ForwardContext context) {
        for (int i = 0; i < CAPACITY; i++) {
            if (idle.getPlain(i) == null && idle.compareAndSet(i, null, context)) {
                return;
            }
        }
        context.close();
    }

    /** Closes the idle contexts; none may be in use. */
    @Override
    public void close() {
        for (ForwardContext context = take(); context != null; context = take()) {
            context.close();
        }
    }
}
