package io.github.faltung.benchmarks.peer;

import io.github.faltung.benchmarks.workload.Workload;
import io.github.faltung.checking.Comparison;

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

    /** Compares what the last run has computed with what is right. */
    default Comparison compare(Workload workload) {
        return workload.compare(output());
    }

    /** Returns what runs. */
    How how();

    @Override
    void close();
}
