package io.github.faltung.exchange;

import io.github.faltung.convolution.LayerTypes;
import io.github.faltung.convolution.PoolingDescriptor;
import io.github.faltung.convolution.PoolingProblem;
import io.github.faltung.tensor.Dims;
import java.util.List;

/** A MaxPool, AveragePool, GlobalMaxPool or GlobalAveragePool. */
public final class OnnxPooling extends OnnxLayer {
    private final PoolingDescriptor descriptor;
    private final boolean lacksIndices;

    OnnxPooling(PoolingDescriptor descriptor, boolean lacksIndices) {
        super(List.of());
        this.descriptor = descriptor;
        this.lacksIndices = lacksIndices;
    }

    /** Returns the layer. */
    public PoolingDescriptor descriptor() {
        return descriptor;
    }

    /** Returns whether the node has an output that the layer does not make: the maxima's indices. */
    public boolean lacksIndices() {
        return lacksIndices;
    }

    @Override
    LayerTypes types() {
        return LayerTypes.all(descriptor.dataType());
    }

    @Override
    Dims dstDims(Dims src) {
        return new PoolingProblem(descriptor, src).dstDims();
    }
}
