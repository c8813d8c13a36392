package io.github.faltung.onednn;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Idle contexts of a plan. Thread-safe; taking and giving back allocate nothing. A thread gets back the one that it gave, as far as can be: its
 * memory is in the caches of that thread's processor, while another's first write to it takes ten times as long.
 *
 * @param <C> what a call in progress needs for itself
 */
final class ContextPool<C> {
    /** More than twice the processors are never in use at once, except by callers that wait for a processor. */
    private static final int CAPACITY = Math.max(4, 2 * Runtime.getRuntime().availableProcessors());

    private final AtomicReferenceArray<@Nullable C> idle = new AtomicReferenceArray<>(CAPACITY);

    /** Which thread gave what is in each place. Unsynchronized: who is told wrong takes another's. */
    private final long[] givers = new long[CAPACITY];

    /** Returns an idle context, which then is the caller's, or {@code null} if there is none. */
    @Nullable
    C take() {
        long thread = thread();
        int home = home(thread);
        for (int i = 0; i < CAPACITY; i++) {
            int place = (home + i) % CAPACITY;
            C context = givers[place] == thread ? takeFrom(place) : null;
            if (context != null) {
                return context;
            }
        }
        for (int i = 0; i < CAPACITY; i++) {
            C context = takeFrom((home + i) % CAPACITY);
            if (context != null) {
                return context;
            }
        }
        return null;
    }

    private @Nullable C takeFrom(int place) {
        return idle.getPlain(place) == null ? null : idle.getAndSet(place, null);
    }

    /** Takes a context back, or returns false where there are enough. */
    boolean give(C context) {
        long thread = thread();
        int home = home(thread);
        for (int i = 0; i < CAPACITY; i++) {
            int place = (home + i) % CAPACITY;
            if (idle.getPlain(place) == null && idle.compareAndSet(place, null, context)) {
                givers[place] = thread;
                return true;
            }
        }
        return false;
    }

    /** Returns where a thread looks first. */
    private static int home(long thread) {
        return (int) (thread % CAPACITY);
    }

    @SuppressWarnings("deprecation") // its successor is not in JDK 17
    private static long thread() {
        return Thread.currentThread().getId();
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
