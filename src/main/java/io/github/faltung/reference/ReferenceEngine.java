package io.github.faltung.reference;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionGradients;
import io.github.faltung.convolution.DeformableConvolution;
import io.github.faltung.convolution.DeformableDescriptor;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Pooling;
import io.github.faltung.convolution.PoolingDescriptor;
import io.github.faltung.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The engine in pure Java that the others are proved against. Its layers are {@link io.github.faltung.convolution.Evaluator}s.
 *
 * <p>Thread-safe; a call runs on the thread that makes it. Computes with 64-bit floating point and rounds once at the end. Slow on
 * purpose.
 */
public final class ReferenceEngine extends Engine {
    /** Makes an open engine. */
    public ReferenceEngine() {
        super("reference", () -> {});
    }

    @Override
    protected Convolution prepare(ConvolutionDescriptor descriptor, Tensor weights, @Nullable Tensor bias) {
        return new ReferenceConvolution(
                this, descriptor, weights.toFloatArray(), bias == null ? new float[0] : bias.toFloatArray());
    }

    @Override
    protected Pooling preparePooling(PoolingDescriptor descriptor) {
        return new ReferencePooling(this, descriptor);
    }

    @Override
    protected DeformableConvolution prepareDeformable(
            DeformableDescriptor descriptor, Tensor weights, @Nullable Tensor bias) {
        return new ReferenceDeformable(
                this, descriptor, weights.toFloatArray(), bias == null ? new float[0] : bias.toFloatArray());
    }

    @Override
    protected ConvolutionGradients prepareGradients(ConvolutionDescriptor descriptor) {
        return new ReferenceGradients(this, descriptor);
    }
}
