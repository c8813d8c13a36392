package io.github.faltung.benchmarks.workload;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.SplittableRandom;

/** The numbers that workloads are filled with. */
public final class Values {
    private Values() {}

    /** Returns numbers between {@code -most} and {@code most}. */
    static float[] random(long seed, Dims dims, float most) {
        var random = new SplittableRandom(seed);
        var values = new float[Math.toIntExact(dims.elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-most, most);
        }
        return values;
    }

    /** Returns a tensor of values that are ordered channels first. */
    public static Tensor tensor(float[] values, Dims dims, Layout layout) {
        Tensor tensor = Tensor.allocate(DataType.F32, dims, layout);
        tensor.copyFrom(values, Layout.CHANNELS_FIRST);
        return tensor;
    }
}
