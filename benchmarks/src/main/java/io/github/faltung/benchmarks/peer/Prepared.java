package io.github.faltung.benchmarks.peer;

/** A workload made ready by one contender: weights packed, inputs and output in off-heap memory. For one thread. */
public interface Prepared extends AutoCloseable {
    /** Computes the output once: what is timed. */
    void run();

    /** Returns whether the output is the layer's; if not, {@link #how} tells what it is, and the contender has verified it itself. */
    default boolean isComparable() {
        return true;
    }

    /** Returns what the last run has computed, {@code [MB, OC, spatial…]}. */
    float[] output();

    /** Returns what runs. */
    How how();

    @Override
    void close();
}
