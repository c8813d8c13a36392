package io.github.faltung.onednn;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The engine's threads for what is shared out in Java: as many as oneDNN would use, but no more than there are processors, the caller's
 * counted. All callers share them: one caller at a time is helped, others do their work alone, so none ever waits for another's. Threads are
 * daemons, made when first needed. For a moment after each job they look out for the next one, which they then begin within a microsecond;
 * then they sleep, and end when nobody has needed them for a while. Thread-safe; running a job that is there allocates nothing.
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
         * @param worker which of the threads that work on the job this is, from 0, the caller, to less than {@link #workers}
         */
        void run(int part, int worker);
    }

    private static final System.Logger LOG = System.getLogger(WorkerPool.class.getName());

    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Loops and chains call again within microseconds; a program that is idle uses no processor after this. */
    private static final long LOOKOUT_NANOS = 60_000;

    private static final int LOOKS_BETWEEN_CLOCKS = 64;

    /** About 100 µs: sleeping and waking costs more than the last part of a job usually takes. */
    private static final int SPINS = 5000;

    private static final long PARK_NANOS = 50_000;

    private final int workers;
    private final Helper[] helpers;

    /** The job whose caller is helped. */
    private final AtomicReference<@Nullable Job> open = new AtomicReference<>();

    private volatile boolean closed;

    WorkerPool() {
        workers = OpenMpThreads.areLimitable()
                ? Math.min(OpenMpThreads.number(), Runtime.getRuntime().availableProcessors())
                : 1;
        helpers = new Helper[Math.max(0, workers - 1)];
        for (int i = 0; i < helpers.length; i++) {
            helpers[i] = new Helper(i + 1);
        }
    }

    /** Returns how many threads may work on one job. */
    int workers() {
        return workers;
    }

    /** Does all parts of a job, in any order, and returns when they are done. Throws what the first failing part threw. */
    void forEach(int parts, Task task) {
        run(new Job(parts, task));
    }

    /** Runs a job; see {@link #forEach}. One job is run by one caller at a time. */
    void run(Job job) {
        job.begin();
        boolean helped = job.parts > 1 && helpers.length > 0 && open.compareAndSet(null, job);
        try {
            if (helped) {
                for (int i = Math.min(helpers.length, job.parts - 1) - 1; i >= 0; i--) {
                    helpers[i].call();
                }
            }
        } finally { // whatever keeps helpers from coming: those who have come are in the caller's memory
            job.work(0, workers);
            if (helped) {
                open.set(null);
            }
            job.await();
        }
    }

    /** Ends the threads. Nobody may be using them. */
    @Override
    public void close() {
        closed = true;
        for (Helper helper : helpers) {
            helper.wake();
        }
    }

    /** One thread, or none while it is not needed. */
    private final class Helper implements Runnable {
        private final int worker;
        private volatile @Nullable Thread thread;
        private volatile boolean asleep;
        private boolean told;

        Helper(int worker) {
            this.worker = worker;
        }

        /** Has the helper look for an open job. */
        void call() {
            if (thread == null) {
                start();
            } else if (asleep) {
                wake();
            }
        }

        private synchronized void start() {
            if (thread == null && !closed) {
                try {
                    var started = new Thread(this, "faltung-worker-" + worker);
                    started.setDaemon(true);
                    thread = started;
                    started.start();
                } catch (OutOfMemoryError e) {
                    // Of memory or of threads. Who calls does the work alone, which needs neither; the next call tries
                    // again.
                    thread = null;
                    if (!told) {
                        told = true;
                        LOG.log(System.Logger.Level.WARNING, "no thread to help: calls take longer", e);
                    }
                }
            }
        }

        void wake() {
            LockSupport.unpark(thread);
        }

        @Override
        public void run() {
            try {
                OpenMpThreads.limit(1);
                while (!closed && (help() || sleep())) {
                    // goes on
                }
            } finally {
                thread = null;
            }
        }

        /** Works on open jobs until there has been none for a moment; returns whether there was one. */
        private boolean help() {
            boolean helped = false;
            long last = System.nanoTime();
            do {
                for (int look = 0; look < LOOKS_BETWEEN_CLOCKS; look++) {
                    Job job = open.get();
                    if (job != null && job.work(worker, workers)) {
                        helped = true;
                        last = System.nanoTime();
                    }
                    Thread.onSpinWait();
                }
            } while (System.nanoTime() - last < LOOKOUT_NANOS && !closed);
            return helped;
        }

        /** Returns false after having slept long for nothing. */
        private boolean sleep() {
            long start = System.nanoTime();
            asleep = true;
            if (open.get() == null && !closed) { // what opens from now on sees that it must wake
                LockSupport.parkNanos(this, IDLE_NANOS);
            }
            asleep = false;
            Thread.interrupted(); // an interrupt left standing would end every later sleep at once
            return System.nanoTime() - start < IDLE_NANOS;
        }
    }

    /**
     * Parts of work, to be done once or again and again. Each worker begins with parts of its own, always the same, whose memory then is in
     * its caches; when these are done it takes over others'.
     */
    static final class Job {
        private final int parts;
        private final Task task;

        /** In which run each part was last begun. */
        private final AtomicIntegerArray begun;

        private final AtomicInteger done = new AtomicInteger();
        private volatile int run;
        private volatile @Nullable Thread caller;
        private volatile @Nullable Throwable failure;

        Job(int parts, Task task) {
            this.parts = parts;
            this.task = task;
            this.begun = new AtomicIntegerArray(parts);
        }

        /** Begins anew. A helper that is late from the last time may take part as soon as the run has another number: so that comes last. */
        @SuppressWarnings("NonAtomicVolatileUpdate") // one caller at a time begins
        private void begin() {
            caller = Thread.currentThread();
            failure = null;
            done.set(0);
            run++;
        }

        /** Does parts until none is left; returns whether it did any. */
        private boolean work(int worker, int workers) {
            int now = run;
            int first = (int) ((long) worker * parts / workers);
            boolean worked = false;
            for (int i = 0; i < parts; i++) {
                int part = first + i < parts ? first + i : first + i - parts;
                if (begun.get(part) == now - 1 && begun.compareAndSet(part, now - 1, now)) {
                    worked = true;
                    run(part, worker);
                }
            }
            return worked;
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
}
