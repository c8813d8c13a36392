package io.github.faltung.onednn;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.DeformableDescriptor;
import io.github.faltung.convolution.UnsupportedConvolutionException;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A deformable layer as the 1×1 convolution of its columns: the descriptor of that and its weights, packed. Thread-safe.
 *
 * @param pool samples the columns
 * @param layer {@code taps·IC} to OC channels
 */
record DeformableWeights(NativeEngine engine, WorkerPool pool, ConvolutionDescriptor layer, PackedWeights packed)
        implements AutoCloseable {

    static DeformableWeights of(
            NativeEngine engine,
            WorkerPool pool,
            DeformableDescriptor descriptor,
            Tensor weights,
            @Nullable Tensor bias) {
        ConvolutionDescriptor layer = ofColumns(descriptor);
        // [OC, taps, IC/G] in memory, which is what a column of a group looks like.
        float[] values = weights.toFloatArray(Layout.CHANNELS_LAST);
        try (Tensor ordered = Tensor.of(values, layer.weightsDims())) {
            return new DeformableWeights(engine, pool, layer, new PackedWeights(engine, layer, ordered, bias));
        }
    }

    private static ConvolutionDescriptor ofColumns(DeformableDescriptor descriptor) {
        ConvolutionDescriptor layer = descriptor.convolution();
        long columns = (long) descriptor.taps() * layer.inputChannels();
        if (columns > Integer.MAX_VALUE / Float.BYTES / 2) {
            throw new UnsupportedConvolutionException(
                    "a window must have fewer than 2^28 elements, but had " + columns + ": " + descriptor);
        }
        return ConvolutionDescriptor.conv2d((int) columns, layer.outputChannels())
                .groups(layer.groups())
                .postOps(layer.postOps())
                .build();
    }

    @Override
    public void close() {
        packed.close();
    }
}
