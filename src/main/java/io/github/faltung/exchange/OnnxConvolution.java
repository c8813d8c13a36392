package io.github.faltung.exchange;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.LayerTypes;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A Conv, ConvTranspose, ConvInteger or QLinearConv. */
public final class OnnxConvolution extends OnnxLayer {
    private final ConvolutionDescriptor descriptor;
    private final Tensor weights;
    private final @Nullable Tensor bias;

    OnnxConvolution(ConvolutionDescriptor descriptor, Tensor weights, @Nullable Tensor bias, List<Tensor> owned) {
        super(owned);
        this.descriptor = descriptor;
        this.weights = weights;
        this.bias = bias;
    }

    /** Returns the layer. */
    public ConvolutionDescriptor descriptor() {
        return descriptor;
    }

    /** Returns the weights, as the descriptor has them. */
    public Tensor weights() {
        return weights;
    }

    /**
     * Returns the bias, {@code [OC]}, f32; {@code null} if the node has none. That of a QLinearConv, an s32 in units of {@code x_scale ·
     * w_scale}, is multiplied by these and rounded.
     */
    public @Nullable Tensor bias() {
        return bias;
    }

    @Override
    LayerTypes types() {
        return descriptor.types();
    }

    @Override
    Dims dstDims(Dims src) {
        return new ConvolutionProblem(descriptor, src).dstDims();
    }
}
