package io.github.faltung.benchmarks;

/** A workload made ready by one contender: weights packed, inputs and output in off-heap memory. For one thread. */
interface Prepared extends AutoCloseable {
    /** Computes the output once: what is timed. */
    void run();

    /** Returns what the last run has computed, {@code [MB, OC, OH, OW]}. */
    float[] output();

    /** Returns what runs, in a line. */
    String how();

    @Override
    void close();
}
