package io.github.faltung.onednn;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Who computes in an engine at the moment, and how many threads each of them may use: of {@code threads} threads, with {@code c} callers,
 * {@code ⌊threads/c⌋}, at least one. Thread-safe; allocates nothing.
 *
 * <p>Callers that compute again and again are between two calls for a moment each. Who counted only those within a call would give every
 * other one threads that another is about to need, and threads that have been given work spin for a while when it is done. So what counts
 * is how many there were at once lately.
 */
final class Callers {
    /** Longer than a loop takes from one call to the next; short beside what a caller would notice of having been alone for so long. */
    private static final long LATELY_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

    /** How often it is written down that there are as many as there were: seldom, since all read it. */
    private static final long REFRESH_NANOS = LATELY_NANOS / 8;

    private final int threads;
    private final AtomicInteger inside = new AtomicInteger();

    /** The most at once, lately. Races lose an update, which the next caller makes. */
    private volatile int most = 1;

    /** When there were so many. */
    private volatile long seen;

    Callers(int threads) {
        this.threads = threads;
    }

    /** Returns how many threads all callers may use together. */
    int threads() {
        return threads;
    }

    /** A caller begins; {@link #exit} must follow. A thread that helps a caller is none besides it. */
    void enter() {
        if (WorkerThread.isFor(this)) {
            return;
        }
        int now = inside.incrementAndGet();
        if (now > 1) {
            note(now);
        }
    }

    private void note(int now) {
        long time = System.nanoTime();
        if (now > most || (now == most && time - seen > REFRESH_NANOS)) {
            most = now;
            seen = time;
        }
    }

    /** A caller has ended. */
    void exit() {
        if (!WorkerThread.isFor(this)) {
            inside.decrementAndGet();
        }
    }

    /** Returns how many threads each caller may use now, the caller's own included. */
    int share() {
        int callers = most;
        if (callers > 1 && System.nanoTime() - seen > LATELY_NANOS) {
            callers = Math.max(1, inside.get());
            most = callers;
            seen = System.nanoTime();
        }
        return Math.max(1, threads / callers);
    }
}
