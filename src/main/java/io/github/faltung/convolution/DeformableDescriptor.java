package io.github.faltung.convolution;

import java.io.Serializable;

/**
 * A deformable convolution layer without its weights: a two-dimensional convolution each of whose taps reads the source at a place of its
 * own, which an offset tensor gives and which may lie between elements. Version 1 (Dai et al., <em>Deformable Convolutional Networks</em>,
 * 2017) has offsets; version 2 (Zhu et al., <em>Deformable ConvNets v2</em>, 2019) multiplies each tap by a mask, too. Immutable.
 *
 * <p>Semantics are those of ONNX DeformConv (opset 22), {@link DeformableConvolution} has the formula.
 *
 * @param convolution what the layer is where all offsets are 0: two spatial axes, not transposed, its kernel not flipped
 * @param offsetGroups divides the input channels; the channels of a group share their offsets and masks
 */
public record DeformableDescriptor(ConvolutionDescriptor convolution, int offsetGroups) implements Serializable {
    /**
     * Checks every rule about the layer alone.
     *
     * @throws IllegalArgumentException if one is broken, with the field, the rule and the value
     */
    public DeformableDescriptor {
        String layer = text(offsetGroups, convolution);
        if (convolution.spatialRank() != 2) {
            throw Rule.broken("kernel", "of a deformable layer must have 2 values", convolution.kernel(), layer);
        }
        if (convolution.transposed()) {
            throw Rule.broken("transposed", "must be false for a deformable layer", true, layer);
        }
        if (convolution.flipKernel()) {
            throw Rule.broken("flipKernel", "must be false for a deformable layer", true, layer);
        }
        Rule.requireF32("a deformable layer", convolution, layer);
        Rule.requireAtLeast(1, "offsetGroups", offsetGroups, layer);
        if (convolution.inputChannels() % offsetGroups != 0) {
            throw Rule.broken(
                    "offsetGroups", "must divide inputChannels, " + convolution.inputChannels(), offsetGroups, layer);
        }
        long offsets = 2L * offsetGroups * window(convolution);
        if (offsets > Integer.MAX_VALUE) {
            throw Rule.broken("offsets", "must have fewer than 2^31 channels", offsets, layer);
        }
    }

    /** Begins a layer. */
    public static DeformableBuilder deformable2d(int inputChannels, int outputChannels) {
        return new DeformableBuilder(ConvolutionDescriptor.conv2d(inputChannels, outputChannels));
    }

    /** Saturates far below overflow; the weights' dims bound the true number of taps by 2⁶² anyway. */
    private static long window(ConvolutionDescriptor layer) {
        return Math.min(1L << 31, (long) layer.kernel().get(0) * layer.kernel().get(1));
    }

    /** Returns the number of taps in a window. */
    public int taps() {
        return (int) window(convolution);
    }

    private static String text(int offsetGroups, ConvolutionDescriptor convolution) {
        return "deformable og" + offsetGroups + " " + convolution;
    }

    /** Returns the layer without a source, in the manner of a problem line. */
    @Override
    public String toString() {
        return text(offsetGroups, convolution);
    }
}
