package io.github.faltung.convolution;

import io.github.faltung.tensor.Dims;
import java.io.Serializable;
import java.util.Collections;
import java.util.List;

/**
 * A depthwise-separable convolution in place of a standard one (Howard and others, <em>MobileNets</em>, 2017, §3.1; Chollet,
 * <em>Xception</em>, 2017): a depthwise layer with the standard one's window filters each channel, a pointwise one, 1×1, mixes the
 * channels. It is another function with far fewer weights, not a way to compute the same one. Immutable.
 *
 * <pre>{@code
 * var separable = DepthwiseSeparable.of(conv2d(32, 64).kernel(3).padding(1).postOps(PostOp.relu()).build(), PostOp.relu());
 * try (Sequential layer = Sequential.prepare(engine, separable.chain(true), List.of(dw, dwBias, pw, pwBias))) { … }
 * }</pre>
 *
 * @param standard what it stands for: channels, window, steps and padding; its post-ops come after the pointwise layer
 * @param multiplier how many outputs the depthwise layer makes of each channel
 * @param between applied between the two, in order; no sum
 */
public record DepthwiseSeparable(ConvolutionDescriptor standard, int multiplier, List<PostOp> between)
        implements Serializable {
    /**
     * Checks every rule.
     *
     * @throws IllegalArgumentException if one is broken, with the field, the rule and the value
     */
    public DepthwiseSeparable {
        between = List.copyOf(between);
        if (standard.groups() != 1) {
            throw Rule.broken("groups", "must be 1 in the layer to separate", standard.groups(), standard);
        }
        Rule.requireF32("a layer to be separated", standard, standard);
        Rule.requireAtLeast(1, "multiplier", multiplier, standard);
        if ((long) standard.inputChannels() * multiplier > Integer.MAX_VALUE) {
            throw Rule.broken("multiplier", "must leave fewer than 2^31 channels between", multiplier, standard);
        }
        if (between.stream().anyMatch(PostOp.Sum.class::isInstance)) {
            throw Rule.broken("between", "must have no sum", between, standard);
        }
        Rule.requireOperands("between", between, standard.inputChannels() * multiplier, standard);
    }

    /** Separates a layer, with multiplier 1. */
    public static DepthwiseSeparable of(ConvolutionDescriptor standard, PostOp... between) {
        return new DepthwiseSeparable(standard, 1, List.of(between));
    }

    /** Returns the layer that filters each channel. */
    public ConvolutionDescriptor depthwise() {
        return new ConvolutionDescriptor(
                standard.inputChannels(),
                standard.inputChannels() * multiplier,
                standard.inputChannels(),
                standard.kernel(),
                standard.strides(),
                standard.dilation(),
                standard.padding(),
                standard.transposed(),
                standard.outputPadding(),
                standard.outputSize(),
                standard.flipKernel(),
                between);
    }

    /** Returns the layer that mixes the channels. */
    public ConvolutionDescriptor pointwise() {
        List<Integer> ones = Collections.nCopies(standard.spatialRank(), 1);
        return new ConvolutionDescriptor(
                standard.inputChannels() * multiplier,
                standard.outputChannels(),
                1,
                ones,
                ones,
                ones,
                Padding.valid(),
                false,
                Collections.nCopies(standard.spatialRank(), 0),
                List.of(),
                false,
                standard.postOps());
    }

    /**
     * Returns the two layers as a chain; prepared with the depthwise weights (and bias), then the pointwise ones.
     *
     * @throws IllegalArgumentException if the standard layer has a sum: a chain has to say what it adds, by {@link
     *     SequentialDescriptor#thenAdding}
     */
    public SequentialDescriptor chain(boolean hasBias) {
        return SequentialDescriptor.of(
                new ConvolutionLink(depthwise(), hasBias), new ConvolutionLink(pointwise(), hasBias));
    }

    /** Returns the number of weights of both layers, without biases. */
    public long parameters() {
        return depthwise().weightsDims().elements() + pointwise().weightsDims().elements();
    }

    /** Returns the number of multiply-adds of both layers. */
    public double multiplyAdds(Dims src) {
        var first = new ConvolutionProblem(depthwise(), src);
        return first.multiplyAdds() + new ConvolutionProblem(pointwise(), first.dstDims()).multiplyAdds();
    }

    /** Returns the standard layer's number of weights. */
    public long standardParameters() {
        return standard.weightsDims().elements();
    }

    /** Returns the standard layer's number of multiply-adds. */
    public double standardMultiplyAdds(Dims src) {
        return new ConvolutionProblem(standard, src).multiplyAdds();
    }
}
