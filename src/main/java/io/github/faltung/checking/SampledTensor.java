package io.github.faltung.checking;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.Arrays;

/** A tensor's elements at the positions of a sample, exact whatever their type: in bulk if that is all, else one by one. */
final class SampledTensor {
    private static final Noise NOISE = new Noise(7, 0);

    private SampledTensor() {}

    static double[] read(Tensor tensor, OutputSample sample) {
        var values = new double[sample.size()];
        if (sample.isWhole()) {
            return tensor.dataType().isFloating() ? reals(tensor, values) : integers(tensor, values);
        }
        var indices = new long[tensor.dims().rank()];
        for (int i = 0; i < values.length; i++) {
            locate(tensor, sample.position(i), indices);
            values[i] = tensor.getDouble(indices);
        }
        return values;
    }

    /** Returns all elements, channels first. */
    static double[] readAll(Tensor tensor) {
        return read(tensor, OutputSample.of(tensor.dims(), Long.MAX_VALUE, 0));
    }

    private static double[] reals(Tensor tensor, double[] values) {
        float[] floats = tensor.toFloatArray();
        Arrays.setAll(values, i -> floats[i]);
        return values;
    }

    private static double[] integers(Tensor tensor, double[] values) {
        int[] integers = tensor.toIntArray(Layout.CHANNELS_FIRST);
        Arrays.setAll(values, i -> integers[i]);
        return values;
    }

    /**
     * Writes NaN, so that an element that an engine leaves out is found even where it held the right value from before. Integers get noise,
     * which is right by chance, but not all along a row.
     */
    static void poison(Tensor tensor, OutputSample sample) {
        if (sample.isWhole()) {
            var values = new float[sample.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = poison(tensor.dataType(), i);
            }
            tensor.copyFrom(values, Layout.CHANNELS_FIRST);
            return;
        }
        var indices = new long[tensor.dims().rank()];
        for (int i = 0; i < sample.size(); i++) {
            locate(tensor, sample.position(i), indices);
            tensor.set(poison(tensor.dataType(), i), indices);
        }
    }

    private static float poison(DataType type, int i) {
        if (type.isFloating()) {
            return Float.NaN;
        }
        double least = type.round(Double.NEGATIVE_INFINITY);
        double most = type.round(Double.POSITIVE_INFINITY);
        return (float) (least + (NOISE.real(i) + 1) / 2 * (most - least));
    }

    private static void locate(Tensor tensor, long position, long[] indices) {
        for (int axis = indices.length - 1; axis >= 0; axis--) {
            indices[axis] = position % tensor.dims().get(axis);
            position /= tensor.dims().get(axis);
        }
    }
}
