package io.github.faltung.exchange;

import io.github.faltung.convolution.PoolingDescriptor;
import java.util.List;

/** A MaxPool, AveragePool, GlobalMaxPool or GlobalAveragePool. */
public final class OnnxPooling extends OnnxLayer {
    private final PoolingDescriptor descriptor;

    OnnxPooling(PoolingDescriptor descriptor) {
        super(List.of());
        this.descriptor = descriptor;
    }

    /** Returns the layer. */
    public PoolingDescriptor descriptor() {
        return descriptor;
    }
}
