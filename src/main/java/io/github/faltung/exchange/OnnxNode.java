package io.github.faltung.exchange;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.DeformableDescriptor;
import io.github.faltung.convolution.Padding;
import io.github.faltung.convolution.PoolingDescriptor;
import io.github.faltung.tensor.Dims;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A convolution or pooling node of an ONNX model. Immutable.
 *
 * @param place the file, and the node in it, as messages quote them
 * @param name may be empty
 * @param kind which operator
 * @param inputs the names of its operands, in the operator's order; empty for an optional one that is absent
 * @param outputs the names of its results
 * @param window its attributes
 */
public record OnnxNode(
        String place, String name, OnnxKind kind, List<String> inputs, List<String> outputs, OnnxWindow window) {
    /** Copies the lists. */
    public OnnxNode {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /**
     * Returns a convolution node as a layer, a DeformConv as what it is where all offsets are 0. The padding is that of {@code auto_pad}, where that is given, and {@code pads} count for nothing then.
     * With {@code output_shape} it follows from that, and more of it is before than after unless {@code auto_pad} is SAME_UPPER (ONNX
     * 1.22, ConvTranspose).
     *
     * @param weights the dims of the node's second input
     * @throws UnsupportedFeatureException if the kind is not one that runs, or there are more than three spatial axes
     * @throws ExchangeException if the weights don't fit the attributes, or the layer breaks a rule
     */
    public ConvolutionDescriptor descriptor(Dims weights) throws ExchangeException {
        requireSupported();
        if (kind.isPooling()) {
            throw ExchangeException.broken(place, "kind", "must be one with weights", kind);
        }
        int axes = weights.rank() - 2;
        requireAxes("W", axes);
        List<Integer> kernel = IntStream.range(0, axes)
                .mapToObj(axis -> (int) Math.min(weights.get(2 + axis), Integer.MAX_VALUE))
                .toList();
        if (!window.kernelShape().isEmpty() && !window.kernelShape().equals(kernel)) {
            throw ExchangeException.broken(
                    place, "kernel_shape", "must be that of the weights, " + weights, window.kernelShape());
        }
        boolean transposed = kind == OnnxKind.CONV_TRANSPOSE;
        long perGroup = weights.get(1) * window.group();
        if (weights.get(0) > Integer.MAX_VALUE || weights.get(1) > Integer.MAX_VALUE || perGroup > Integer.MAX_VALUE) {
            throw ExchangeException.broken(place, "channels", "must be fewer than 2^31", weights);
        }
        try {
            return new ConvolutionDescriptor(
                    (int) (transposed ? weights.get(0) : perGroup),
                    (int) (transposed ? perGroup : weights.get(0)),
                    window.group(),
                    kernel,
                    orElse(window.strides(), 1, axes),
                    orElse(window.dilations(), 1, axes),
                    padding(axes),
                    transposed,
                    orElse(window.outputPadding(), 0, axes),
                    outputSize(axes),
                    false,
                    List.of());
        } catch (IllegalArgumentException e) {
            throw new ExchangeException(place, String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Returns a DeformConv as a layer.
     *
     * @param weights the dims of the node's second input
     * @throws UnsupportedFeatureException if there are not two spatial axes
     * @throws ExchangeException if the node is none, the weights don't fit the attributes, or the layer breaks a rule
     */
    public DeformableDescriptor deformable(Dims weights) throws ExchangeException {
        if (kind != OnnxKind.DEFORM_CONV) {
            throw ExchangeException.broken(place, "kind", "must be " + OnnxKind.DEFORM_CONV, kind);
        }
        ConvolutionDescriptor convolution = descriptor(weights);
        if (convolution.spatialRank() != 2) {
            throw new UnsupportedFeatureException(
                    place, "deformable convolution over " + convolution.spatialRank() + " spatial axes");
        }
        try {
            return new DeformableDescriptor(convolution, window.offsetGroup());
        } catch (IllegalArgumentException e) {
            throw new ExchangeException(place, String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Returns a pooling node as a layer, which makes the values but not {@link #hasIndices indices}. {@code storage_order} counts for
     * nothing, since it is about these alone.
     *
     * @param axes the source's number of spatial axes
     * @throws UnsupportedFeatureException if there are more than three spatial axes
     * @throws ExchangeException if the node is none, or the layer breaks a rule
     */
    public PoolingDescriptor pooling(int axes) throws ExchangeException {
        if (!kind.isPooling()) {
            throw ExchangeException.broken(place, "kind", "must be one of pooling", kind);
        }
        requireAxes("X", axes);
        if (kind.isGlobal()) {
            return kind == OnnxKind.GLOBAL_MAX_POOL
                    ? PoolingDescriptor.globalMax(axes)
                    : PoolingDescriptor.globalAverage(axes);
        }
        if (window.kernelShape().size() != axes) {
            throw ExchangeException.broken(
                    place,
                    "kernel_shape",
                    "must have one value for each of " + axes + " spatial axes",
                    window.kernelShape());
        }
        try {
            return new PoolingDescriptor(
                    kind == OnnxKind.MAX_POOL ? PoolingDescriptor.Kind.MAX : PoolingDescriptor.Kind.AVERAGE,
                    window.kernelShape(),
                    orElse(window.strides(), 1, axes),
                    orElse(window.dilations(), 1, axes),
                    padding(axes),
                    window.ceilMode(),
                    window.countIncludePad());
        } catch (IllegalArgumentException e) {
            throw new ExchangeException(place, String.valueOf(e.getMessage()), e);
        }
    }

    /** Returns whether this is a max pooling that returns the maxima's indices too, which no layer does. */
    public boolean hasIndices() {
        return kind == OnnxKind.MAX_POOL
                && outputs.size() > 1
                && !outputs.get(1).isEmpty();
    }

    private void requireAxes(String operand, int axes) throws ExchangeException {
        if (axes < 1) {
            throw ExchangeException.broken(place, operand, "must have at least 3 axes", axes + 2);
        }
        if (axes > 3) {
            throw new UnsupportedFeatureException(place, axes + " spatial axes");
        }
    }

    /** Throws if nodes of this kind don't run yet. */
    void requireSupported() throws UnsupportedFeatureException {
        if (!kind.missingFeature().isEmpty()) {
            throw new UnsupportedFeatureException(place, kind.missingFeature() + " (" + kind.opType() + ")");
        }
    }

    private Padding padding(int axes) throws ExchangeException {
        if (!window.outputShape().isEmpty()) {
            return window.autoPad() == OnnxWindow.AutoPad.SAME_UPPER ? Padding.same() : Padding.sameLower();
        }
        return switch (window.autoPad()) {
            case NOTSET -> explicit(orElse(window.pads(), 0, 2 * axes), axes);
            case SAME_UPPER -> Padding.same();
            case SAME_LOWER -> Padding.sameLower();
            case VALID -> Padding.valid();
        };
    }

    private Padding explicit(List<Integer> pads, int axes) throws ExchangeException {
        if (pads.size() != 2 * axes) {
            throw ExchangeException.broken(place, "pads", "must have two values for each spatial axis", pads);
        }
        return Padding.explicit(pads.subList(0, axes), pads.subList(axes, 2 * axes));
    }

    /** Minibatch and channels, which some models give too, follow from the source and the weights. */
    private List<Integer> outputSize(int axes) {
        List<Integer> shape = window.outputShape();
        return shape.size() == axes + 2 ? shape.subList(2, shape.size()) : shape;
    }

    private static List<Integer> orElse(List<Integer> values, int absent, int count) {
        return values.isEmpty() ? Collections.nCopies(count, absent) : values;
    }
}
