package io.github.faltung.examples;

import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Lets as many callers compute as there are processors, in the order in which they came. Some more wait; the others are turned away at once, so that a crowd
 * costs nobody the time that all of them would take together.
 */
final class Turnstile {
    /** What is computed. */
    interface Work<T> {
        T run() throws IOException;
    }

    private final Semaphore inside;
    private final Semaphore insideOrWaiting;

    Turnstile(int processors, int waiting) {
        this.inside = new Semaphore(processors, true);
        this.insideOrWaiting = new Semaphore(processors + waiting);
    }

    /**
     * Runs the work, if need be after a wait.
     *
     * @param deadline by {@link System#nanoTime}, when to stop waiting
     * @throws RefusedException with 503 if too many wait, or the wait was too long
     */
    <T> T pass(long deadline, Work<T> work) throws IOException {
        if (!insideOrWaiting.tryAcquire()) {
            throw new RefusedException(503, "too many requests at once; try again later");
        }
        try {
            if (!inside.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                throw new RefusedException(503, "too busy; try again later");
            }
            try {
                return work.run();
            } finally {
                inside.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RefusedException(503, "the server is closing");
        } finally {
            insideOrWaiting.release();
        }
    }
}
