package io.github.faltung.tensor;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The rule by which everything here that owns native memory is closed: users {@link #enter} and {@link #exit}; once closed nobody
 * enters any more; the resource is freed exactly once, when the last user has left. Thread-safe; {@link #enter} and {@link #exit}
 * allocate nothing.
 */
public final class Lifetime {
    private static final int CLOSED = 1 << 31;
    private static final int PAUSED = 1 << 30;
    private static final AtomicLong NUMBERS = new AtomicLong();

    /** The number of users, and the {@link #CLOSED} and {@link #PAUSED} bits. */
    private final AtomicInteger state = new AtomicInteger();

    private final CountDownLatch freed = new CountDownLatch(1);
    private final Object alone = new Object();
    private final String owner;

    /** A later one's is larger. */
    private final long number = NUMBERS.incrementAndGet();

    /** Let go of when it has run: it may refer to what is to be collected, while others still refer to this. */
    private @Nullable Runnable free;

    /** What is closed before this, those that may be closed already among them. */
    private final List<Lifetime> dependents = new ArrayList<>(0);

    private boolean closing;

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

    /** Begins a use as {@link #enter} does, or returns false if closed. Waits while someone is {@link #alone}. */
    public boolean tryEnter() {
        while (true) {
            int seen = state.get();
            if ((seen & CLOSED) != 0) {
                return false;
            }
            if ((seen & PAUSED) != 0) {
                awaitWhile(() -> (state.get() & PAUSED) != 0);
            } else if (state.compareAndSet(seen, seen + 1)) {
                return true;
            }
        }
    }

    /** Ends a use. */
    public void exit() {
        int left = state.decrementAndGet();
        if (left == CLOSED) {
            freeNow();
        } else if ((left & PAUSED) != 0 && users(left) == 0) {
            wakeAll();
        }
    }

    /**
     * Calls {@code body} while there are no users, of what was {@linkplain #freeAfter named} as using this either: waits until those there
     * are have left, and makes new ones wait. One caller at a time. Must not be called by a user.
     *
     * @throws IllegalStateException if closed
     */
    public void alone(Runnable body) {
        boolean isDone = false;
        while (!isDone) {
            List<Lifetime> first;
            synchronized (dependents) {
                first = new ArrayList<>(dependents);
            }
            // They may use several others, each of which waits for them in the same order, so that no two wait for each
            // other.
            first.sort(Comparator.comparingLong(it -> it.number));
            isDone = aloneAfter(first.iterator(), () -> {
                boolean isComplete = !hasOthers(first); // who is named enters this for it: so no more come now
                if (isComplete) {
                    body.run();
                }
                return isComplete;
            });
        }
    }

    private boolean hasOthers(List<Lifetime> known) {
        synchronized (dependents) {
            return dependents.stream().anyMatch(one -> !one.isClosed() && !known.contains(one));
        }
    }

    /** Those that use this come first: they may enter it until they have left. Returns what the body does. */
    private boolean aloneAfter(Iterator<Lifetime> others, BooleanSupplier body) {
        if (!others.hasNext()) {
            Optional<Boolean> done = tryAlone(body);
            return done.orElseThrow(() -> new IllegalStateException(owner + " is closed"));
        }
        Optional<Boolean> done = others.next().tryAlone(() -> aloneAfter(others, body));
        return done.isPresent() ? done.get() : aloneAfter(others, body);
    }

    /** Returns what the body does, or nothing if closed. */
    private Optional<Boolean> tryAlone(BooleanSupplier body) {
        synchronized (alone) {
            int before = state.getAndUpdate(seen -> (seen & CLOSED) != 0 ? seen : seen | PAUSED);
            if ((before & CLOSED) != 0) {
                return Optional.empty();
            }
            try {
                awaitWhile(() -> users(state.get()) > 0);
                return Optional.of(body.getAsBoolean());
            } finally {
                if (state.updateAndGet(seen -> seen & ~PAUSED) == CLOSED) {
                    freeNow();
                }
                wakeAll();
            }
        }
    }

    /** Closes what was {@linkplain #freeAfter named} as using this, without waiting. */
    public void closeDependents() {
        synchronized (dependents) {
            dependents.forEach(Lifetime::closeWhenUnused);
        }
    }

    private static int users(int state) {
        return state & ~(CLOSED | PAUSED);
    }

    private synchronized void wakeAll() {
        notifyAll();
    }

    private synchronized void awaitWhile(BooleanSupplier condition) {
        boolean interrupted = false;
        while (condition.getAsBoolean()) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true; // what is waited for ends by itself
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Closes without waiting: the last user frees the resource. A second call does nothing. */
    public void closeWhenUnused() {
        if (state.getAndUpdate(seen -> seen | CLOSED) == 0) {
            freeNow();
        }
    }

    /**
     * Has another be closed, and waited for, before this is: one that uses the resource without {@link #enter}ing. Who says so has
     * {@linkplain #enter entered} itself, where someone may want to be {@link #alone}.
     *
     * @throws IllegalStateException if this is closed, or about to be
     */
    public void freeAfter(Lifetime dependent) {
        synchronized (dependents) {
            if (closing || isClosed()) {
                throw new IllegalStateException(owner + " is closed");
            }
            dependents.removeIf(Lifetime::isClosed);
            dependents.add(dependent);
        }
    }

    /** Closes and waits until the last user has left and the resource is freed. A second call only waits. */
    public void close() {
        List<Lifetime> first;
        synchronized (dependents) {
            closing = true;
            first = List.copyOf(dependents);
        }
        first.forEach(Lifetime::close);
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
        Runnable once = Objects.requireNonNull(free, "free");
        free = null;
        try {
            once.run();
        } finally {
            freed.countDown();
        }
    }
}
