package io.github.faltung.onednn;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The engine's threads for what is shared out in Java: as many as it may use, the caller's counted. All callers share them by {@link
 * Callers#share}: each is helped by so many that all together have no more than that; if a caller joins, helpers leave others' jobs with
 * the part at hand. None ever waits for another's job. Threads are daemons, made when first needed. For a moment after each job they look
 * out for the next one, which they then begin within a microsecond, unless callers need all processors themselves; then they sleep, and end
 * when nobody has needed them for a while. Thread-safe; running a job that is there allocates nothing.
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

    private final Callers callers;
    private final int workers;
    private final Helper[] helpers;

    /** The jobs whose callers are helped. Where as many are as can be, each by one, the others' callers have no share in helpers. */
    private final AtomicReferenceArray<@Nullable Job> open;

    private volatile boolean closed;

    WorkerPool(Callers callers) {
        this.callers = callers;
        workers = OpenMpThreads.areLimitable() ? callers.threads() : 1;
        open = new AtomicReferenceArray<>(workers / 2);
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
        job.work(0, this);
        if (job.slot >= 0) {
            open.set(job.slot, null);
        }
        job.await();
    }

    /**
     * Has a job helped that has parts left, if its caller has a share in the helpers and not yet as many.
     *
     * @param parts how many are left, the caller's next one included
     */
    void offer(Job job, int parts) {
        int wanted = Math.min(helpersEach(), parts - 1) - job.helping.get();
        if (wanted > 0 && (job.slot >= 0 || open(job))) {
            callHelpers(wanted);
        }
    }

    /** Opens a job to helpers; returns false if as many are open as can be. */
    private boolean open(Job job) {
        for (int slot = 0; slot < open.length(); slot++) {
            if (open.getPlain(slot) == null && open.compareAndSet(slot, null, job)) {
                job.slot = slot;
                return true;
            }
        }
        return false;
    }

    /** Returns how many helpers each caller may have now. */
    int helpersEach() {
        return helpers.length == 0 ? 0 : callers.share() - 1;
    }

    /** Has so many helpers look for open jobs, of those that are not at work. */
    private void callHelpers(int wanted) {
        int called = 0;
        for (int i = helpers.length - 1; i >= 0 && called < wanted; i--) {
            if (!helpers[i].working) {
                helpers[i].call();
                called++;
            }
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
        private volatile boolean working;

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
                    var started = new WorkerThread(callers, this, "faltung-worker-" + worker);
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
                    for (int slot = 0; slot < open.length(); slot++) {
                        Job job = open.get(slot);
                        if (job != null && join(job)) {
                            helped = true;
                            last = System.nanoTime();
                        }
                    }
                    Thread.onSpinWait();
                }
            } while (System.nanoTime() - last < LOOKOUT_NANOS && helpersEach() > 0 && !closed);
            return helped;
        }

        /** Does parts of a job, if its caller may have one more helper; returns whether it did any. */
        private boolean join(Job job) {
            boolean worked = false;
            if (job.helping.incrementAndGet() <= helpersEach()) {
                working = true;
                worked = job.work(worker, WorkerPool.this);
                working = false;
            }
            job.helping.decrementAndGet();
            return worked;
        }

        /** Returns false after having slept long for nothing. */
        private boolean sleep() {
            long start = System.nanoTime();
            asleep = true;
            if (!isWanted() && !closed) { // what opens from now on sees that it must wake
                LockSupport.parkNanos(this, IDLE_NANOS);
            }
            asleep = false;
            Thread.interrupted(); // an interrupt left standing would end every later sleep at once
            return System.nanoTime() - start < IDLE_NANOS;
        }
    }

    /** Returns whether there is a job that may be helped. */
    private boolean isWanted() {
        for (int slot = 0; slot < open.length(); slot++) {
            Job job = open.get(slot);
            if (job != null && job.hasParts() && job.helping.get() < helpersEach()) {
                return true;
            }
        }
        return false;
    }
}
