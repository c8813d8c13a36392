package io.github.faltung.convolution;

import io.github.faltung.tensor.Dims;
import java.io.Serializable;
import java.util.List;

/**
 * A 2-D convolution whose kernel is a sum of {@code rank} products of a column and a row, as two passes: kh×1 down the columns, then 1×kw
 * along the rows, which also adds the pairs up. With one channel a kernel of rank r becomes r pairs of one-dimensional passes; with many
 * it is the scheme of Jaderberg, Vedaldi and Zisserman, <em>Speeding up Convolutional Neural Networks with Low Rank Expansions</em>
 * (2014), §2.2, per group. Immutable.
 *
 * @param standard the layer with the k×k kernel; its post-ops come after the second pass
 * @param rank how many pairs there are, per group
 */
public record SpatiallySeparable(ConvolutionDescriptor standard, int rank) implements Serializable {
    /**
     * Checks every rule.
     *
     * @throws IllegalArgumentException if one is broken, with the field, the rule and the value
     */
    public SpatiallySeparable {
        if (standard.spatialRank() != 2) {
            throw Rule.broken("kernel", "must have 2 axes to be separated", standard.kernel(), standard);
        }
        if (standard.transposed()) {
            throw Rule.broken("transposed", "must be false for a layer to be separated", true, standard);
        }
        Rule.requireF32("a layer to be separated", standard, standard);
        Rule.requireAtLeast(1, "rank", rank, standard);
        if ((long) rank * standard.groups() > Integer.MAX_VALUE) {
            throw Rule.broken("rank", "must leave fewer than 2^31 channels between", rank, standard);
        }
    }

    /** Returns the pass down the columns: kh×1, from the input channels to {@code rank} channels a group. */
    public ConvolutionDescriptor vertical() {
        return pass(0, standard.inputChannels(), rank * standard.groups(), List.of());
    }

    /** Returns the pass along the rows: 1×kw, from {@code rank} channels a group to the output channels. */
    public ConvolutionDescriptor horizontal() {
        return pass(1, rank * standard.groups(), standard.outputChannels(), standard.postOps());
    }

    private ConvolutionDescriptor pass(int axis, int inputs, int outputs, List<PostOp> postOps) {
        Padding padding = standard.padding();
        if (padding instanceof Padding.Explicit explicit) {
            padding = Padding.explicit(only(axis, explicit.begin(), 0), only(axis, explicit.end(), 0));
        }
        return new ConvolutionDescriptor(
                inputs,
                outputs,
                standard.groups(),
                only(axis, standard.kernel(), 1),
                only(axis, standard.strides(), 1),
                only(axis, standard.dilation(), 1),
                padding,
                false,
                List.of(0, 0),
                List.of(),
                standard.flipKernel(),
                postOps);
    }

    private static List<Integer> only(int axis, List<Integer> values, int elsewhere) {
        return axis == 0 ? List.of(values.get(0), elsewhere) : List.of(elsewhere, values.get(1));
    }

    /**
     * Returns the two passes as a chain; prepared with the vertical weights, the horizontal ones and, if there is one, the bias.
     *
     * @throws IllegalArgumentException if the standard layer has a sum: a chain has to say what it adds, by {@link
     *     SequentialDescriptor#thenAdding}
     */
    public SequentialDescriptor chain(boolean hasBias) {
        return SequentialDescriptor.of(
                new ConvolutionLink(vertical(), false), new ConvolutionLink(horizontal(), hasBias));
    }

    /** Returns the number of weights of both passes; of one channel {@code rank·(kh + kw)}. */
    public long parameters() {
        return vertical().weightsDims().elements() + horizontal().weightsDims().elements();
    }

    /** Returns the standard layer's number of weights; of one channel {@code kh·kw}. */
    public long standardParameters() {
        return standard.weightsDims().elements();
    }

    /** Returns the number of multiply-adds of both passes. */
    public double multiplyAdds(Dims src) {
        var first = new ConvolutionProblem(vertical(), src);
        return first.multiplyAdds() + new ConvolutionProblem(horizontal(), first.dstDims()).multiplyAdds();
    }

    /** Returns the standard layer's number of multiply-adds. */
    public double standardMultiplyAdds(Dims src) {
        return new ConvolutionProblem(standard, src).multiplyAdds();
    }
}
