package io.github.faltung.convolution;

import io.github.faltung.tensor.DataType;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * Collects a {@link ConvolutionDescriptor}. What is not set is the usual: one group, stride and dilation 1, no padding, no post-ops.
 * A single number given for a per-axis field holds for all axes. For one thread.
 */
public final class ConvolutionBuilder {
    private final int axes;
    private final boolean transposed;
    private final int inputChannels;
    private final int outputChannels;
    private int groups = 1;
    private List<Integer> kernel;
    private List<Integer> strides;
    private List<Integer> dilation;
    private Padding padding = Padding.valid();
    private List<Integer> outputPadding;
    private List<Integer> outputSize = List.of();
    private boolean flipKernel;
    private List<PostOp> postOps = List.of();
    private LayerTypes types = LayerTypes.ALL_F32;
    private Quantization quantization = Quantization.NONE;
    private Precision precision = Precision.STRICT;

    ConvolutionBuilder(int axes, boolean transposed, int inputChannels, int outputChannels) {
        this.axes = axes;
        this.transposed = transposed;
        this.inputChannels = inputChannels;
        this.outputChannels = outputChannels;
        this.kernel = all(1);
        this.strides = all(1);
        this.dilation = all(1);
        this.outputPadding = all(0);
    }

    /** Begins with a layer, to change it. */
    ConvolutionBuilder(ConvolutionDescriptor layer) {
        this.axes = layer.spatialRank();
        this.transposed = layer.transposed();
        this.inputChannels = layer.inputChannels();
        this.outputChannels = layer.outputChannels();
        this.groups = layer.groups();
        this.kernel = layer.kernel();
        this.strides = layer.strides();
        this.dilation = layer.dilation();
        this.padding = layer.padding();
        this.outputPadding = layer.outputPadding();
        this.outputSize = layer.outputSize();
        this.flipKernel = layer.flipKernel();
        this.postOps = layer.postOps();
        this.types = layer.types();
        this.quantization = layer.quantization();
        this.precision = layer.precision();
    }

    private List<Integer> all(int value) {
        return Collections.nCopies(axes, value);
    }

    private List<Integer> perAxis(int... values) {
        return values.length == 1
                ? all(values[0])
                : Arrays.stream(values).boxed().toList();
    }

    /** Sets the window size. */
    public ConvolutionBuilder kernel(int... perAxis) {
        kernel = perAxis(perAxis);
        return this;
    }

    /** Sets the step between windows. */
    public ConvolutionBuilder stride(int... perAxis) {
        strides = perAxis(perAxis);
        return this;
    }

    /** Sets the step between the taps of a window; 1 is dense. */
    public ConvolutionBuilder dilation(int... perAxis) {
        dilation = perAxis(perAxis);
        return this;
    }

    /** Sets the zeros around the source. */
    public ConvolutionBuilder padding(Padding padding) {
        this.padding = Objects.requireNonNull(padding, "padding");
        return this;
    }

    /** Sets the zeros on both sides of each axis. */
    public ConvolutionBuilder padding(int... perAxis) {
        return padding(Padding.symmetric(perAxis));
    }

    /** Sets the number of groups, which see disjoint channels. */
    public ConvolutionBuilder groups(int groups) {
        this.groups = groups;
        return this;
    }

    /** Makes one group per input channel. */
    public ConvolutionBuilder depthwise() {
        return groups(inputChannels);
    }

    /** Sets what a transposed layer adds at the end of each axis. */
    public ConvolutionBuilder outputPadding(int... perAxis) {
        outputPadding = perAxis(perAxis);
        return this;
    }

    /** Sets the spatial extents of a transposed layer's output. */
    public ConvolutionBuilder outputSize(int... perAxis) {
        outputSize = perAxis(perAxis);
        return this;
    }

    /** Turns the window around, which makes it the mathematician's convolution. */
    public ConvolutionBuilder flipKernel() {
        flipKernel = true;
        return this;
    }

    /** Sets the chain of steps after the bias. */
    public ConvolutionBuilder postOps(PostOp... chain) {
        return postOps(Arrays.asList(chain));
    }

    /** Sets the chain of steps after the bias. */
    public ConvolutionBuilder postOps(List<PostOp> chain) {
        chain.forEach(postOp -> Objects.requireNonNull(postOp, "postOps"));
        postOps = List.copyOf(chain);
        return this;
    }

    /** Sets one floating-point type for source, weights and destination. */
    public ConvolutionBuilder dataType(DataType all) {
        return dataTypes(all, all, all);
    }

    /**
     * Sets the types of source, weights and destination.
     *
     * @throws IllegalArgumentException if they don't go together; {@link LayerTypes} says which do
     */
    public ConvolutionBuilder dataTypes(DataType src, DataType weights, DataType dst) {
        return dataTypes(new LayerTypes(src, weights, dst));
    }

    /** Sets the types of source, weights and destination. */
    public ConvolutionBuilder dataTypes(LayerTypes types) {
        this.types = Objects.requireNonNull(types, "types");
        return this;
    }

    /** Sets what the integers of an 8-bit layer stand for. */
    public ConvolutionBuilder quantization(Quantization quantization) {
        this.quantization = Objects.requireNonNull(quantization, "quantization");
        return this;
    }

    /** Sets how exactly an f32 layer has to be computed. */
    public ConvolutionBuilder precision(Precision precision) {
        this.precision = Objects.requireNonNull(precision, "precision");
        return this;
    }

    /**
     * Returns the layer.
     *
     * @throws IllegalArgumentException if it breaks a rule, with the field, the rule and the value
     */
    public ConvolutionDescriptor build() {
        return new ConvolutionDescriptor(
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
                types,
                quantization,
                precision);
    }
}
