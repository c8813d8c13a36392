package io.github.faltung.onednn;

import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;

/**
 * The gradient by the bias of a transposed layer, whose gradient by the weights runs as a regular layer's with another bias: sums over
 * images and places. In Java, since oneDNN's reduction over other than the last axes is plain loops too.
 */
final class BiasGradient {
    private BiasGradient() {}

    static void compute(Tensor diffDst, Tensor diffBias) {
        int channels = (int) diffDst.dims().get(1);
        long images = diffDst.dims().get(0);
        int places = (int) (Reached.length(diffDst.dims()) / images / channels);
        boolean last = diffDst.isDense(Layout.CHANNELS_LAST);
        float[] values = diffDst.toFloatArray(last ? Layout.CHANNELS_LAST : Layout.CHANNELS_FIRST);
        var sums = new double[channels];
        int position = 0;
        for (long image = 0; image < images; image++) {
            if (last) {
                for (int place = 0; place < places; place++) {
                    for (int channel = 0; channel < channels; channel++) {
                        sums[channel] += values[position++];
                    }
                }
            } else {
                for (int channel = 0; channel < channels; channel++) {
                    for (int place = 0; place < places; place++) {
                        sums[channel] += values[position++];
                    }
                }
            }
        }
        for (int channel = 0; channel < channels; channel++) {
            diffBias.set((float) sums[channel], channel);
        }
    }
}
