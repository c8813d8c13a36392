package io.github.faltung.checking;

import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.Arrays;

/** A tensor's elements at the positions of a sample: in bulk if that is all, else one by one. */
final class SampledTensor {
    private SampledTensor() {}

    static float[] read(Tensor tensor, OutputSample sample) {
        if (sample.isWhole()) {
            return tensor.toFloatArray();
        }
        var values = new float[sample.size()];
        var indices = new long[tensor.dims().rank()];
        for (int i = 0; i < values.length; i++) {
            locate(tensor, sample.position(i), indices);
            values[i] = tensor.get(indices);
        }
        return values;
    }

    /** Writes NaN, so that an element that an engine leaves out is found even where it held the right value from before. */
    static void poison(Tensor tensor, OutputSample sample) {
        if (sample.isWhole()) {
            var values = new float[sample.size()];
            Arrays.fill(values, Float.NaN);
            tensor.copyFrom(values, Layout.CHANNELS_FIRST);
            return;
        }
        var indices = new long[tensor.dims().rank()];
        for (int i = 0; i < sample.size(); i++) {
            locate(tensor, sample.position(i), indices);
            tensor.set(Float.NaN, indices);
        }
    }

    private static void locate(Tensor tensor, long position, long[] indices) {
        for (int axis = indices.length - 1; axis >= 0; axis--) {
            indices[axis] = position % tensor.dims().get(axis);
            position /= tensor.dims().get(axis);
        }
    }
}
