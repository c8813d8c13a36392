package io.github.faltung.convolution;

import java.util.List;

/**
 * Output elements in double precision with what an error bound needs. The arrays run in parallel, one entry per element that was
 * asked for. Whoever gets it may read the arrays, not write them.
 *
 * @param magnitudes Σ|x·w| + |bias|
 * @param products how many products each has; those with padding don't count
 * @param stages the values: first Σx·w + bias, then after each post-op in order
 * @param previous what the destination held, if the layer has a {@link PostOp.Sum}; else empty
 */
public record Evaluation(double[] magnitudes, long[] products, List<double[]> stages, double[] previous) {
    /** Returns the results, after the last post-op. */
    public double[] values() {
        return stages.get(stages.size() - 1);
    }
}
