package io.github.faltung.onednn;

/** A thread of an engine's own: what it computes there it does for one of the engine's callers. */
final class WorkerThread extends Thread {
    private final Callers callers;

    WorkerThread(Callers callers, Runnable body, String name) {
        super(body, name);
        this.callers = callers;
        setDaemon(true);
    }

    /** Returns whether the current thread works for one of these callers. */
    static boolean isFor(Callers callers) {
        return Thread.currentThread() instanceof WorkerThread worker && worker.callers == callers;
    }
}
