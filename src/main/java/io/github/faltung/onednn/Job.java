package io.github.faltung.onednn;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Parts of work, to be done once or again and again. Each worker begins with parts of its own, always the same, whose memory then is in
 * its caches; when these are done it takes over others'.
 */
final class Job {
    /** About 100 µs: sleeping and waking costs more than the last part of a job usually takes. */
    private static final int SPINS = 5000;

    private static final long PARK_NANOS = 50_000;

    private final int parts;
    private final WorkerPool.Task task;

    /** In which run each part was last begun. */
    private final AtomicIntegerArray begun;

    private final AtomicInteger done = new AtomicInteger();

    /** How many helpers are at it, or about to see that there are enough. */
    final AtomicInteger helping = new AtomicInteger();

    /** Where it is open to helpers; negative if it is not. The caller's. */
    int slot;

    private volatile int run;
    private volatile @Nullable Thread caller;
    private volatile @Nullable Throwable failure;

    Job(int parts, WorkerPool.Task task) {
        this.parts = parts;
        this.task = task;
        this.begun = new AtomicIntegerArray(parts);
    }

    /** Begins anew. A helper that is late from the last time may take part as soon as the run has another number: so that comes last. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one caller at a time begins
    void begin() {
        caller = Thread.currentThread();
        failure = null;
        slot = -1;
        done.set(0);
        run++;
    }

    /** Does parts until none is left, or as a helper until there are too many; returns whether it did any. */
    boolean work(int worker, WorkerPool pool) {
        int now = run;
        int first = (int) ((long) worker * parts / pool.workers());
        boolean worked = false;
        for (int i = 0; i < parts; i++) {
            int part = first + i < parts ? first + i : first + i - parts;
            if (begun.get(part) == now - 1) {
                if (worker == 0) {
                    offer(pool, parts - i);
                } else if (worked && worker > 0 && helping.get() > pool.helpersEach()) {
                    return true;
                }
                if (begun.compareAndSet(part, now - 1, now)) {
                    worked = true;
                    run(part, worker);
                }
            }
        }
        return worked;
    }

    /** Whatever keeps helpers from coming, those who have come are in the caller's memory: it is thrown when they are done. */
    private void offer(WorkerPool pool, int left) {
        try {
            pool.offer(this, left);
        } catch (Throwable e) {
            failure = e;
        }
    }

    boolean hasParts() {
        return done.get() < parts;
    }

    private void run(int part, int worker) {
        Thread waiting = caller;
        try {
            if (failure == null) {
                task.run(part, worker);
            }
        } catch (Throwable e) {
            failure = e;
        } finally {
            if (done.incrementAndGet() == parts && Thread.currentThread() != waiting) {
                LockSupport.unpark(waiting);
            }
        }
    }

    void await() {
        boolean interrupted = false;
        for (int spins = 0; done.get() < parts; spins++) {
            if (spins < SPINS) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(this, PARK_NANOS);
                interrupted |= Thread.interrupted(); // buffers are in use: an interrupt can only be passed on
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        caller = null;
        rethrow(failure);
    }

    private static void rethrow(@Nullable Throwable thrown) {
        if (thrown instanceof RuntimeException exception) {
            throw exception;
        }
        if (thrown instanceof Error error) {
            throw error;
        }
    }
}
