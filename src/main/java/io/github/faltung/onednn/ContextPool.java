package io.github.faltung.onednn;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Idle contexts of a plan. Thread-safe; taking and giving back allocate nothing.
 *
 * @param <C> what a call in progress needs for itself
 */
final class ContextPool<C> {
    /** More than twice the processors are never in use at once, except by callers that wait for a processor. */
    private static final int CAPACITY = Math.max(4, 2 * Runtime.getRuntime().availableProcessors());

    private final AtomicReferenceArray<@Nullable C> idle = new AtomicReferenceArray<>(CAPACITY);

    /** Returns an idle context, which then is the caller's, or {@code null} if there is none. */
    @Nullable
    C take() {
        for (int i = 0; i < CAPACITY; i++) {
            if (idle.getPlain(i) != null) {
                C context = idle.getAndSet(i, null);
                if (context != null) {
                    return context;
                }
            }
        }
        return null;
    }

    /** Takes a context back, or returns false where there are enough. */
    boolean give(C context) {
        for (int i = 0; i < CAPACITY; i++) {
            if (idle.getPlain(i) == null && idle.compareAndSet(i, null, context)) {
                return true;
            }
        }
        return false;
    }

    /** Hands over the idle contexts, each given before this began for sure, and those that are given meanwhile perhaps. Allocates nothing. */
    void drainTo(Consumer<C> taker) {
        for (int i = 0; i < CAPACITY; i++) {
            C context = idle.getAndSet(i, null);
            if (context != null) {
                taker.accept(context);
            }
        }
    }
}
