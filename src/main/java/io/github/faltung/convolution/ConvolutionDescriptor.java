package io.github.faltung.convolution;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;

/**
 * A convolution layer without its weights: cross-correlation as in deep learning, over one to three spatial axes, or the transposed
 * one. Immutable. Made by {@link #conv1d}, {@link #conv2d}, {@link #conv3d}, {@link #transposed1d}, {@link #transposed2d}, {@link
 * #transposed3d}.
 *
 * @param inputChannels in all groups together
 * @param outputChannels in all groups together
 * @param groups divides both channel counts; equal to {@code inputChannels} it makes a depthwise layer
 * @param kernel the window size per spatial axis; 1 to 3 axes
 * @param strides per spatial axis
 * @param dilation per spatial axis; 1 is dense
 * @param padding zeros around the source
 * @param transposed whether the layer has the geometry of a convolution's gradient: the source is where that has its output
 * @param outputPadding of a transposed layer: elements added at the end of each axis, as PyTorch and ONNX do; less than the larger
 *     of stride and dilation
 * @param outputSize of a transposed layer: the output's spatial extents, or empty to let them follow. With explicit padding the
 *     output padding follows from it (PyTorch's {@code output_size}), with SAME the padding does (ONNX's {@code output_shape})
 * @param flipKernel whether to turn the window around: the mathematician's convolution instead of cross-correlation
 * @param postOps applied to each output element after the bias, in order
 * @param types of source, weights and destination
 * @param quantization what the integers of 8-bit types stand for; {@link Quantization#NONE} for all other types
 * @param precision how exactly an f32 layer has to be computed; {@link Precision#STRICT} for all other types
 */
public record ConvolutionDescriptor(
        int inputChannels,
        int outputChannels,
        int groups,
        List<Integer> kernel,
        List<Integer> strides,
        List<Integer> dilation,
        Padding padding,
        boolean transposed,
        List<Integer> outputPadding,
        List<Integer> outputSize,
        boolean flipKernel,
        List<PostOp> postOps,
        LayerTypes types,
        Quantization quantization,
        Precision precision)
        implements Serializable {

    /**
     * Checks every rule about the layer alone.
     *
     * @throws IllegalArgumentException if one is broken, with the field, the rule and the value
     */
    public ConvolutionDescriptor {
        Objects.requireNonNull(padding, "padding");
        Objects.requireNonNull(types, "types");
        Objects.requireNonNull(quantization, "quantization");
        Objects.requireNonNull(precision, "precision");
        kernel = List.copyOf(kernel);
        strides = List.copyOf(strides);
        dilation = List.copyOf(dilation);
        outputPadding = List.copyOf(outputPadding);
        outputSize = List.copyOf(outputSize);
        postOps = List.copyOf(postOps);
        int axes = kernel.size();
        var layer = new LayerText.Unchecked(
                transposed, groups, inputChannels, outputChannels, kernel, strides, dilation, padding);
        if (axes < 1 || axes > 3) {
            throw Rule.broken("kernel", "must have 1 to 3 values, one for each spatial axis", kernel, layer);
        }
        Rule.requireAtLeast(1, "inputChannels", inputChannels, layer);
        Rule.requireAtLeast(1, "outputChannels", outputChannels, layer);
        Rule.requireAtLeast(1, "groups", groups, layer);
        if (inputChannels % groups != 0) {
            throw Rule.broken("groups", "must divide inputChannels, " + inputChannels, groups, layer);
        }
        if (outputChannels % groups != 0) {
            throw Rule.broken("groups", "must divide outputChannels, " + outputChannels, groups, layer);
        }
        Rule.requireAtLeast(1, "kernel", kernel, layer);
        Rule.requirePerAxis("strides", strides, axes, layer);
        Rule.requireAtLeast(1, "strides", strides, layer);
        Rule.requirePerAxis("dilation", dilation, axes, layer);
        Rule.requireAtLeast(1, "dilation", dilation, layer);
        for (int axis = 0; axis < axes; axis++) {
            long extent = Geometry.extent(kernel.get(axis), dilation.get(axis));
            if (extent > Integer.MAX_VALUE) {
                throw Rule.broken("kernel", "must extend over fewer than 2^31 elements", extent, layer);
            }
        }
        padding = Geometry.perAxis(padding, axes, layer);
        Rule.requirePerAxis("outputPadding", outputPadding, axes, layer);
        Rule.requireAtLeast(0, "outputPadding", outputPadding, layer);
        if (!outputSize.isEmpty()) {
            Rule.requirePerAxis("outputSize", outputSize, axes, layer);
            Rule.requireAtLeast(1, "outputSize", outputSize, layer);
        }
        boolean padsOutput = outputPadding.stream().anyMatch(value -> value != 0);
        if (padsOutput && !transposed) {
            throw Rule.broken("outputPadding", "is for transposed layers", outputPadding, layer);
        }
        if (!outputSize.isEmpty() && !transposed) {
            throw Rule.broken("outputSize", "is for transposed layers", outputSize, layer);
        }
        if (padsOutput && !outputSize.isEmpty() && !Geometry.isSame(padding)) {
            throw Rule.broken(
                    "outputPadding",
                    "must be 0 where outputSize, " + outputSize + ", determines it",
                    outputPadding,
                    layer);
        }
        if (padsOutput && padding == Padding.Mode.CAUSAL) {
            throw Rule.broken(
                    "outputPadding", "must be 0 where CAUSAL padding determines the output", outputPadding, layer);
        }
        for (int axis = 0; axis < axes; axis++) {
            int below = Math.max(strides.get(axis), dilation.get(axis));
            if (outputPadding.get(axis) >= below) {
                throw Rule.broken(
                        "outputPadding", "must be less than stride or dilation, " + below, outputPadding, layer);
            }
        }
        if (postOps.stream().filter(PostOp.Sum.class::isInstance).count() > 1) {
            throw Rule.broken("postOps", "may have one sum", postOps, layer);
        }
        Rule.requireOperands("postOps", postOps, outputChannels, layer);
        Rule.dims("weights", weightsExtents(transposed, groups, inputChannels, outputChannels, kernel), layer);
        quantization.check(types, outputChannels, layer);
        if (precision != Precision.STRICT && !types.isAllF32()) {
            throw Rule.broken("precision", "must be strict unless all types are f32", precision, layer);
        }
    }

    /** Makes an f32 layer; see the canonical constructor. */
    public ConvolutionDescriptor(
            int inputChannels,
            int outputChannels,
            int groups,
            List<Integer> kernel,
            List<Integer> strides,
            List<Integer> dilation,
            Padding padding,
            boolean transposed,
            List<Integer> outputPadding,
            List<Integer> outputSize,
            boolean flipKernel,
            List<PostOp> postOps) {
        this(
                inputChannels,
                outputChannels,
                groups,
                kernel,
                strides,
                dilation,
                padding,
                transposed,
                outputPadding,
                outputSize,
                flipKernel,
                postOps,
                LayerTypes.ALL_F32,
                Quantization.NONE,
                Precision.STRICT);
    }

    /** Begins a layer over one spatial axis, such as sound or text. */
    public static ConvolutionBuilder conv1d(int inputChannels, int outputChannels) {
        return new ConvolutionBuilder(1, false, inputChannels, outputChannels);
    }

    /** Begins a layer over two spatial axes, such as pictures. */
    public static ConvolutionBuilder conv2d(int inputChannels, int outputChannels) {
        return new ConvolutionBuilder(2, false, inputChannels, outputChannels);
    }

    /** Begins a layer over three spatial axes, such as volumes or video. */
    public static ConvolutionBuilder conv3d(int inputChannels, int outputChannels) {
        return new ConvolutionBuilder(3, false, inputChannels, outputChannels);
    }

    /** Begins a transposed layer over one spatial axis. */
    public static ConvolutionBuilder transposed1d(int inputChannels, int outputChannels) {
        return new ConvolutionBuilder(1, true, inputChannels, outputChannels);
    }

    /** Begins a transposed layer over two spatial axes. */
    public static ConvolutionBuilder transposed2d(int inputChannels, int outputChannels) {
        return new ConvolutionBuilder(2, true, inputChannels, outputChannels);
    }

    /** Begins a transposed layer over three spatial axes. */
    public static ConvolutionBuilder transposed3d(int inputChannels, int outputChannels) {
        return new ConvolutionBuilder(3, true, inputChannels, outputChannels);
    }

    /** Returns the number of spatial axes, 1 to 3. */
    public int spatialRank() {
        return kernel.size();
    }

    /** Returns {@code [OC, IC/G, k…]}, or {@code [IC, OC/G, k…]} for a transposed layer. */
    public Dims weightsDims() {
        return Dims.of(weightsExtents(transposed, groups, inputChannels, outputChannels, kernel));
    }

    /**
     * Returns the output channel that a weight takes part in.
     *
     * @param position of the weight, in channels-first order
     */
    public int weightOutputChannel(long position) {
        long window = 1;
        for (int axis = 0; axis < kernel.size(); axis++) {
            window *= kernel.get(axis);
        }
        long inputs = inputChannels / groups;
        long outputs = outputChannels / groups;
        if (!transposed) {
            return (int) (position / (window * inputs));
        }
        long group = position / (window * outputs) / inputs;
        return (int) (group * outputs + position / window % outputs);
    }

    private static long[] weightsExtents(
            boolean transposed, int groups, int inputChannels, int outputChannels, List<Integer> kernel) {
        var extents = new long[2 + kernel.size()];
        extents[0] = transposed ? inputChannels : outputChannels;
        extents[1] = (transposed ? outputChannels : inputChannels) / groups;
        for (int axis = 0; axis < kernel.size(); axis++) {
            extents[2 + axis] = kernel.get(axis);
        }
        return extents;
    }

    /**
     * Returns the same layer with other types.
     *
     * @throws IllegalArgumentException if the quantization does not go with them
     */
    public ConvolutionDescriptor withTypes(LayerTypes types, Quantization quantization) {
        return new ConvolutionBuilder(this)
                .dataTypes(types)
                .quantization(quantization)
                .build();
    }

    /**
     * Returns the same layer, to be computed as exactly as that.
     *
     * @throws IllegalArgumentException if it is not strict, and the types are not all f32
     */
    public ConvolutionDescriptor withPrecision(Precision precision) {
        return new ConvolutionBuilder(this).precision(precision).build();
    }

    /** Returns the same layer with other padding. */
    public ConvolutionDescriptor withPadding(Padding padding) {
        return new ConvolutionBuilder(this).padding(padding).build();
    }

    /** Returns the same layer with another chain of post-ops. */
    public ConvolutionDescriptor withPostOps(List<PostOp> chain) {
        return new ConvolutionBuilder(this).postOps(chain).build();
    }

    /**
     * Returns whether the output is a sum of integers itself, and so exact: s32, scales that cancel, no bias and no post-ops.
     *
     * @param hasBias whether the layer is prepared with one
     */
    public boolean isIntegerSum(boolean hasBias) {
        return types.isInteger()
                && types.dst() == DataType.S32
                && postOps.isEmpty()
                && !hasBias
                && quantization.weightsScales().stream()
                        .allMatch(scale -> (double) scale * quantization.srcScale() == 1);
    }

    /** Returns {@code [OC]}. */
    public Dims biasDims() {
        return Dims.of(outputChannels);
    }

    /** Returns whether the chain has a {@link PostOp.Sum}, which reads the destination before it is overwritten. */
    public boolean readsDestination() {
        for (int i = 0; i < postOps.size(); i++) {
            if (postOps.get(i) instanceof PostOp.Sum) {
                return true;
            }
        }
        return false;
    }

    /**
     * Returns the output's extent along one spatial axis. Allocates nothing.
     *
     * @param axis the spatial axis, from 0
     * @param src the source's extent along it
     * @throws IllegalArgumentException if the layer can't be applied to such a source
     */
    public long outputExtent(int axis, long src) {
        return Geometry.dst(this, axis, src);
    }

    /** Returns the layer without a source, in the manner of a problem line. */
    @Override
    public String toString() {
        var layer = new LayerText.Unchecked(
                transposed, groups, inputChannels, outputChannels, kernel, strides, dilation, padding);
        return layer + LayerText.options(this);
    }

    /**
     * Written by hand, as are {@link #hashCode} and those of {@link Padding.Explicit}: to link the generated ones takes a new JVM a tenth of the
     * time to its first result (medians of 15 starts in turns on two cores of a Zen 4: 601 ms, by hand 531).
     */
    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof ConvolutionDescriptor layer
                        && inputChannels == layer.inputChannels
                        && outputChannels == layer.outputChannels
                        && groups == layer.groups
                        && kernel.equals(layer.kernel)
                        && strides.equals(layer.strides)
                        && dilation.equals(layer.dilation)
                        && padding.equals(layer.padding)
                        && transposed == layer.transposed
                        && outputPadding.equals(layer.outputPadding)
                        && outputSize.equals(layer.outputSize)
                        && flipKernel == layer.flipKernel
                        && postOps.equals(layer.postOps)
                        && Objects.equals(types, layer.types)
                        && Objects.equals(quantization, layer.quantization)
                        && precision == layer.precision);
    }

    @Override
    public int hashCode() {
        int window = 31 * (31 * kernel.hashCode() + strides.hashCode()) + dilation.hashCode();
        int channels = 31 * (31 * inputChannels + outputChannels) + groups;
        return 31 * (31 * window + channels) + Boolean.hashCode(transposed);
    }
}
