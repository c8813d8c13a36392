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
    private final List<double[]> operands;

    /**
     * Takes the arrays.
     *
     * @param magnitudes Σ|x·w| + |bias|
     * @param products how many products each element has; those with padding don't count
     * @param stages the values: first Σx·w + bias, then after each post-op in order
     * @param operands of each post-op in order: for a {@link PostOp.Sum} what the destination held, for a {@link PostOp.PerChannel} the
     *     number of the element's channel; empty for the others
     * @throws IllegalArgumentException if there are not as many operands as stages behind the first
     */
    public Evaluation(double[] magnitudes, long[] products, List<double[]> stages, List<double[]> operands) {
        if (operands.size() != stages.size() - 1) {
            throw new IllegalArgumentException("operands must be those of " + (stages.size() - 1)
                    + " stages, but were those of " + operands.size());
        }
        this.magnitudes = magnitudes;
        this.products = products;
        this.stages = List.copyOf(stages);
        this.operands = List.copyOf(operands);
    }

    /** Returns the same with other numbers of products. */
    public Evaluation withProducts(long[] others) {
        return new Evaluation(magnitudes, others, stages, operands);
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

    /**
     * Returns the second operand of a post-op: what the destination held for a {@link PostOp.Sum}, the channel's number for a {@link
     * PostOp.PerChannel}; 0 for the others.
     *
     * @param postOp its place in the chain
     * @param element among those that were asked for
     */
    public double operand(int postOp, int element) {
        double[] ofAll = operands.get(postOp);
        return ofAll.length == 0 ? 0 : ofAll[element];
    }

    /** Returns the results, after the last post-op. */
    public double[] values() {
        return stages.get(stages.size() - 1);
    }
}
