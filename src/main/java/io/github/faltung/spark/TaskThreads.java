package io.github.faltung.spark;

/**
 * How many threads an executor's engine has, so that all tasks together never use more processors than the executor was granted. Spark runs
 * {@code ⌊cores / cpus⌋} tasks at once, where each was granted {@code cpus} processors ({@code spark.task.cpus}), and the engine's threads are what all
 * calls in progress share, each having its own at least.
 */
final class TaskThreads {
    private TaskThreads() {}

    /**
     * Returns the number.
     *
     * @param cpus what a task was granted
     * @param cores the executor's, as {@code spark.executor.cores} has it, or 0 if nothing says
     */
    static int of(int cpus, int cores) {
        // Each task is a thread, and that is all: what an engine of one thread computes depends on nobody's cores.
        if (cpus == 1) {
            return 1;
        }
        return Math.max(cpus, cores - cores % cpus);
    }
}
