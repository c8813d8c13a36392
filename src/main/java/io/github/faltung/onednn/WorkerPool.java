package io.github.faltung.onednn;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The engine's threads for what is done in Java: as many as oneDNN would use, but no more than there are processors, the caller's counted.
 * All callers share them; a caller does what no thread has time for, so none ever waits for another's work. Threads are daemons, made when
 * first needed, and end when idle for a while. Thread-safe.
 *
 * <p>What a task has oneDNN do runs on the task's thread alone, if the caller, too, has limited itself by {@link OpenMpThreads}: OpenMP's
 * threads would want the same processors, and spin while they have nothing to do. Where OpenMP can't be told so, one task runs at a time, on
 * all of OpenMP's threads.
 */
final class WorkerPool implements AutoCloseable {
    /** One task of a job. */
    @FunctionalInterface
    interface Task {
        /**
         * Does a part of the job.
         *
         * @param part from 0, each done once
         * @param worker which of the threads that work on the job this is, from 0 to less than {@link #workers}
         */
        void run(int part, int worker);
    }

    /** Requests for help that nobody had time for yet; more are not worth queueing. */
    private static final int QUEUE = 64;

    private static final long IDLE_SECONDS = 10;

    /** About 20 µs: sleeping and waking costs more than the last part of a job usually takes. */
    private static final int SPINS = 500;

    private static final long PARK_NANOS = 50_000;

    private final int workers;
    private final ThreadPoolExecutor helpers;

    WorkerPool() {
        workers = OpenMpThreads.areLimitable()
                ? Math.min(OpenMpThreads.number(), Runtime.getRuntime().availableProcessors())
                : 1;
        var count = new AtomicInteger();
        int threads = Math.max(1, workers - 1);
        helpers = new ThreadPoolExecutor(
                threads,
                threads,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(QUEUE),
                body -> {
                    var thread = new Thread(() -> runAlone(body), "faltung-worker-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                },
                new ThreadPoolExecutor.DiscardPolicy());
        helpers.allowCoreThreadTimeOut(true);
    }

    /** Returns how many threads may work on one job. */
    int workers() {
        return workers;
    }

    /** Does all parts of a job, in any order, and returns when they are done. Throws what the first failing part threw. */
    void forEach(int parts, Task task) {
        var job = new Job(parts, task);
        for (int i = Math.min(workers, parts); i > 1; i--) {
            helpers.execute(job);
        }
        job.run();
        job.await();
    }

    private static void runAlone(Runnable body) {
        OpenMpThreads.limit(1);
        body.run();
    }

    /** Ends the threads. Nobody may be using them. */
    @Override
    public void close() {
        helpers.shutdownNow();
    }

    private static final class Job implements Runnable {
        private final int parts;
        private final Task task;
        private final Thread caller = Thread.currentThread();
        private final AtomicInteger nextWorker = new AtomicInteger();
        private final AtomicInteger nextPart = new AtomicInteger();
        private final AtomicInteger done = new AtomicInteger();
        private volatile @Nullable Throwable failure;

        Job(int parts, Task task) {
            this.parts = parts;
            this.task = task;
        }

        @Override
        public void run() {
            if (nextPart.get() >= parts) {
                return; // came too late
            }
            int worker = nextWorker.getAndIncrement();
            for (int part = nextPart.getAndIncrement(); part < parts; part = nextPart.getAndIncrement()) {
                try {
                    if (failure == null) {
                        task.run(part, worker);
                    }
                } catch (Throwable e) {
                    failure = e;
                } finally {
                    if (done.incrementAndGet() == parts && Thread.currentThread() != caller) {
                        LockSupport.unpark(caller);
                    }
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
}
