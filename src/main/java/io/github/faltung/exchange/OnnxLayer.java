package io.github.faltung.exchange;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an engine needs to prepare an ONNX node: the layer, its weights and its bias. Immutable but for the tensors. Whoever got it closes
 * it; that frees the tensors which came from the model and leaves those alone which the caller gave.
 */
public final class OnnxLayer implements AutoCloseable {
    private final ConvolutionDescriptor descriptor;
    private final Tensor weights;
    private final @Nullable Tensor bias;
    private final List<Tensor> owned;

    OnnxLayer(ConvolutionDescriptor descriptor, Tensor weights, @Nullable Tensor bias, List<Tensor> owned) {
        this.descriptor = descriptor;
        this.weights = weights;
        this.bias = bias;
        this.owned = List.copyOf(owned);
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

    /** Frees the tensors that came from the model. A second call does nothing. */
    @Override
    public void close() {
        owned.forEach(Tensor::close);
    }
}
