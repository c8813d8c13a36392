package io.github.faltung.onednn;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Virtual threads, of JDK 21 and later, and who does in their stead what one thread of the operating system has to do from beginning to end.
 * Whenever a virtual thread waits, for a lock too, it may go on on another of these, with that one's settings.
 */
final class VirtualThreads {
    private static final @Nullable MethodHandle IS_VIRTUAL = find();

    private VirtualThreads() {}

    /** Made when first needed. */
    private static final class Deputies {
        private static final long IDLE_SECONDS = 10;

        /** As many as can work at once; virtual threads may be thousands. What they do waits for no other's turn. */
        static final ThreadPoolExecutor POOL = new ThreadPoolExecutor(
                Runtime.getRuntime().availableProcessors(),
                Runtime.getRuntime().availableProcessors(),
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                work -> {
                    var thread = new Thread(work, "faltung-deputy");
                    thread.setDaemon(true);
                    return thread;
                });

        static {
            POOL.allowCoreThreadTimeOut(true);
        }

        private Deputies() {}
    }

    private static @Nullable MethodHandle find() {
        try {
            return MethodHandles.publicLookup()
                    .findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
        } catch (NoSuchMethodException | IllegalAccessException e) {
            return null; // a JDK that has none
        }
    }

    /** Returns whether the calling thread is one. */
    static boolean isCurrent() {
        try {
            return IS_VIRTUAL != null && (boolean) IS_VIRTUAL.invokeExact(Thread.currentThread());
        } catch (Throwable e) {
            throw new AssertionError("throws nothing", e);
        }
    }

    /** Does work on another thread, which is none, and returns when it is done. Throws what it threw. */
    static void runElsewhere(Runnable work) {
        run(work, Deputies.POOL);
    }

    /**
     * Does work on a thread that is made for it, and returns when it is done. Throws what it threw.
     *
     * @throws OutOfMemoryError if there can be no thread, too
     */
    static void runOnNew(Runnable work) {
        run(work, task -> {
            var thread = new Thread(task, "faltung-maker");
            thread.setDaemon(true);
            thread.start();
        });
    }

    private static void run(Runnable work, Executor executor) {
        var task = new FutureTask<@Nullable Void>(work, null);
        executor.execute(task);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    task.get();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true; // memory of the caller's is in use: an interrupt can only be passed on
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException exception) {
                throw exception;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new AssertionError("throws without checked exceptions", e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
