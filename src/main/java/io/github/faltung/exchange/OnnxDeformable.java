package io.github.faltung.exchange;

import io.github.faltung.convolution.DeformableDescriptor;
import io.github.faltung.convolution.DeformableProblem;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A DeformConv. Its offsets and its mask are data, as its source is. */
public final class OnnxDeformable extends OnnxLayer {
    private final DeformableDescriptor descriptor;
    private final Tensor weights;
    private final @Nullable Tensor bias;

    OnnxDeformable(DeformableDescriptor descriptor, Tensor weights, @Nullable Tensor bias, List<Tensor> owned) {
        super(owned);
        this.descriptor = descriptor;
        this.weights = weights;
        this.bias = bias;
    }

    /** Returns the layer. */
    public DeformableDescriptor descriptor() {
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
        return new DeformableProblem(descriptor, src).dstDims();
    }
}
