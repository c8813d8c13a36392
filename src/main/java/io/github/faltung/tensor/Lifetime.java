package io.github.faltung.tensor;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The rule by which everything here that owns native memory is closed: users {@link #enter} and {@link #exit}; once closed nobody
 * enters any more; the resource is freed exactly once, when the last user has left. Thread-safe; {@link #enter} and {@link #exit}
 * allocate nothing.
 */
public final class Lifetime {
    private static final int CLOSED = 1 << 31;

    /** The number of users, and the {@link #CLOSED} bit. */
    private final AtomicInteger state = new AtomicInteger();

    private final CountDownLatch freed = new CountDownLatch(1);
    private final String owner;
    private final Runnable free;

    /**
     * Makes an open lifetime.
     *
     * @param owner what is closed, as messages name it
     * @param free frees the resource; called once, by whoever closes or leaves last; must not refer to the owner if a cleaner
     *     watches over that
     */
    public Lifetime(String owner, Runnable free) {
        this.owner = owner;
        this.free = free;
    }

    /**
     * Begins a use, to be ended by {@link #exit} in a {@code finally} block.
     *
     * @throws IllegalStateException if closed
     */
    public void enter() {
        if (!tryEnter()) {
            throw new IllegalStateException(owner + " is closed");
        }
    }

    /** Begins a use as {@link #enter} does, or returns false if closed. */
    public boolean tryEnter() {
        while (true) {
            int seen = state.get();
            if ((seen & CLOSED) != 0) {
                return false;
            }
            if (state.compareAndSet(seen, seen + 1)) {
                return true;
            }
        }
    }

    /** Ends a use. */
    public void exit() {
        if (state.decrementAndGet() == CLOSED) {
            freeNow();
        }
    }

    /** Closes without waiting: the last user frees the resource. A second call does nothing. */
    public void closeWhenUnused() {
        if (state.getAndUpdate(seen -> seen | CLOSED) == 0) {
            freeNow();
        }
    }

    /** Closes and waits until the last user has left and the resource is freed. A second call only waits. */
    public void close() {
        closeWhenUnused();
        boolean interrupted = false;
        while (true) {
            try {
                freed.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true; // the memory is in use: an interrupt can't shorten the wait, only be passed on
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns whether it has been closed, freed or not yet. */
    public boolean isClosed() {
        return (state.get() & CLOSED) != 0;
    }

    /** Returns whether it has been closed and nobody uses it any more. */
    public boolean isOver() {
        return state.get() == CLOSED;
    }

    private void freeNow() {
        try {
            free.run();
        } finally {
            freed.countDown();
        }
    }
}
