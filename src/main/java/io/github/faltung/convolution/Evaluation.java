package io.github.faltung.convolution;

import java.util.List;

/**
 * Output elements in double precision with what an error bound needs. The arrays run in parallel, one entry per element that was
 * asked for. They are not copied: whoever gets them may read, not write.
 */
public final class Evaluation {
    private final double[] magnitudes;
    private final long[] products;
    private final List<double[]> stages;
    private final double[] previous;

    /**
     * Takes the arrays.
     *
     * @param magnitudes Σ|x·w| + |bias|
     * @param products how many products each element has; those with padding don't count
     * @param stages the values: first Σx·w + bias, then after each post-op in order
     * @param previous what the destination held, if the layer has a {@link PostOp.Sum}; else empty
     */
    public Evaluation(double[] magnitudes, long[] products, List<double[]> stages, double[] previous) {
        this.magnitudes = magnitudes;
        this.products = products;
        this.stages = List.copyOf(stages);
        this.previous = previous;
    }

    /** Returns the same with other numbers of products. */
    public Evaluation withProducts(long[] others) {
        return new Evaluation(magnitudes, others, stages, previous);
    }

    /** Returns Σ|x·w| + |bias| of each element; of integers |Σx·w| + |bias|, since their sum is exact. */
    public double[] magnitudes() {
        return magnitudes;
    }

    /** Returns how many products each element has; those with padding don't count. */
    public long[] products() {
        return products;
    }

    /** Returns the values: first Σx·w + bias, then after each post-op in order. */
    public List<double[]> stages() {
        return stages;
    }

    /** Returns what the destination held, if the layer has a {@link PostOp.Sum}; else an empty array. */
    public double[] previous() {
        return previous;
    }

    /** Returns the results, after the last post-op. */
    public double[] values() {
        return stages.get(stages.size() - 1);
    }
}
