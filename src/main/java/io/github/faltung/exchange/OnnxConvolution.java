package io.github.faltung.exchange;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A Conv or ConvTranspose. */
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

    /** Returns the bias, {@code [OC]}; {@code null} if the node has none. */
    public @Nullable Tensor bias() {
        return bias;
    }

    @Override
    Dims dstDims(Dims src) {
        return new ConvolutionProblem(descriptor, src).dstDims();
    }
}
