package io.github.faltung.onednn;

import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Has JNA load on a thread of its own while JavaCPP loads oneDNN: neither needs the other, and JNA, which asks the system for its libraries by
 * way of a process, would be a tenth of the time to the first result. Thread-safe.
 */
final class JnaAhead {
    /** No method reference, which would need JNA for this class to load. */
    private static final FutureTask<Object> PROCESS = new FutureTask<>(() -> com.sun.jna.NativeLibrary.getProcess());

    private JnaAhead() {}

    /** Begins, if it has not begun. */
    static void begin() {
        var thread = new Thread(PROCESS, "faltung-jna");
        thread.setDaemon(true);
        try {
            thread.start();
        } catch (OutOfMemoryError e) {
            PROCESS.run(); // the system grants no thread
        }
    }

    /**
     * Returns when JNA is loaded.
     *
     * @throws RuntimeException the one that JNA failed with
     * @throws Error the one that JNA failed with, such as a {@link LinkageError} where it is missing or can't load its library
     */
    static void finish() {
        PROCESS.run(); // does nothing if it runs already
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    PROCESS.get();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true; // oneDNN is needed all the same
                } catch (ExecutionException e) {
                    throw rethrown(Objects.requireNonNullElse(e.getCause(), e));
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static RuntimeException rethrown(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return failure instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(failure);
    }
}
