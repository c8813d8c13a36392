package io.github.faltung.onednn;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A fault that strikes once, in a JVM that runs with the {@link FaultAgent}: at the n-th point of its kind that the thread that armed it, or
 * one of Faltung's own, comes to. Public for the code that the agent puts in.
 */
public final class Faults {
    /** What a fault is, and so where its points are. */
    enum Kind {
        /** oneDNN can't allocate: a call returns so, having done nothing. */
        OUT_OF_MEMORY_STATUS(true),
        /** A call returns that it failed while it ran, having done nothing. */
        RUNTIME_ERROR_STATUS(true),
        /** The thread that is about to call oneDNN ends by an error. */
        DEATH(true),
        /** The heap is full: an allocation in Faltung's code throws. */
        OUT_OF_HEAP(false);

        private final boolean atCalls;

        Kind(boolean atCalls) {
            this.atCalls = atCalls;
        }
    }

    /** What ends a thread that dies. */
    static final class Death extends Error {
        private static final long serialVersionUID = 1;

        Death() {
            super("the thread dies, as the test wants it");
        }
    }

    private static final int OUT_OF_MEMORY = 1;
    private static final int RUNTIME_ERROR = 5;

    private static final AtomicInteger LEFT = new AtomicInteger();
    private static volatile @Nullable Kind armed;
    private static volatile @Nullable Thread victim;

    private Faults() {}

    /** Has the n-th point fail, from 1. */
    static void arm(Kind kind, int n) {
        victim = Thread.currentThread();
        LEFT.set(n);
        armed = kind;
    }

    /** Lets nothing fail any more; returns whether something had. */
    static boolean disarm() {
        armed = null;
        return LEFT.get() <= 0;
    }

    /** Returns what a call of oneDNN is to return in place of calling it; 0 if it is to call it. */
    public static int call() {
        Kind kind = armed;
        if (kind == null || !kind.atCalls || !strikes()) {
            return 0;
        }
        return switch (kind) {
            case OUT_OF_MEMORY_STATUS -> OUT_OF_MEMORY;
            case RUNTIME_ERROR_STATUS -> RUNTIME_ERROR;
            default -> throw new Death();
        };
    }

    /** Is called before something is allocated. */
    public static void allocation() {
        if (armed == Kind.OUT_OF_HEAP && strikes()) {
            throw new OutOfMemoryError("as the test wants it");
        }
    }

    private static boolean strikes() {
        Thread current = Thread.currentThread();
        if (current != victim && !current.getName().startsWith("faltung-")) {
            return false;
        }
        if (LEFT.decrementAndGet() != 0) {
            return false;
        }
        armed = null;
        return true;
    }
}
