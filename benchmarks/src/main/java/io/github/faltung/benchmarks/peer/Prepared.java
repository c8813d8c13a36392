package io.github.faltung.benchmarks.peer;

/** A workload made ready by one contender: weights packed, inputs and output in off-heap memory. For one thread. */
public interface Prepared extends AutoCloseable {
    /** Computes the output once: what is timed. */
    void run();

    /** Returns what the last run has computed, {@code [MB, OC, spatial…]}. */
    float[] output();

    /** Returns what runs. */
    How how();

    @Override
    void close();
}
