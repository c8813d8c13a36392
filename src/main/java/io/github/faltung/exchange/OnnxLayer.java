package io.github.faltung.exchange;

import io.github.faltung.convolution.LayerTypes;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.util.List;

/**
 * What an engine needs to prepare an ONNX node: the layer and what it has learned. Immutable but for the tensors. Whoever got it closes
 * it; that frees the tensors which came from the model and leaves those alone which the caller gave.
 */
public abstract sealed class OnnxLayer implements AutoCloseable permits OnnxConvolution, OnnxDeformable, OnnxPooling {
    private final List<Tensor> owned;

    OnnxLayer(List<Tensor> owned) {
        this.owned = List.copyOf(owned);
    }

    /** Returns the output's dims; {@link IllegalArgumentException} if the layer can't be applied to a source of these. */
    abstract Dims dstDims(Dims src);

    /** Returns the types of source, weights and output. */
    LayerTypes types() {
        return LayerTypes.ALL_F32;
    }

    /** Frees the tensors that came from the model. A second call does nothing. */
    @Override
    public final void close() {
        owned.forEach(Tensor::close);
    }
}
