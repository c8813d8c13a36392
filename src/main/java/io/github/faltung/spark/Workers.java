package io.github.faltung.spark;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Threads that share one piece of work. */
final class Workers {
    private Workers() {}

    /**
     * Runs the same work on several threads and waits for all of them.
     *
     * @param work takes its part from what is left
     * @throws RuntimeException the first one's that failed; the others end what they are at
     */
    static void run(int threads, Runnable work) {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Callable<Object>> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                all.add(Executors.callable(work));
            }
            for (Future<Object> future : executor.invokeAll(all)) {
                future.get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } finally {
            executor.shutdownNow();
        }
    }
}
