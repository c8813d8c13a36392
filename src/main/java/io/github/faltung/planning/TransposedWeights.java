package io.github.faltung.planning;

import io.github.faltung.convolution.ConvolutionDescriptor;
import java.util.List;

/** Taps of a transposed layer's weights, as weights of a regular layer: {@code [IC, OC/G, k…]} to {@code [OC, IC/G, k…]}, windows turned. */
final class TransposedWeights {
    private TransposedWeights() {}

    /**
     * Some taps of one axis, evenly spaced.
     *
     * @param first the first
     * @param step from one to the next
     * @param count how many
     */
    record Taps(int first, int step, int count) {}

    /** Returns all taps. */
    static List<Taps> all(ConvolutionDescriptor layer) {
        return layer.kernel().stream().map(kernel -> new Taps(0, 1, kernel)).toList();
    }

    /** Returns the weights of some taps, along each axis the last one first. */
    static float[] taps(ConvolutionDescriptor layer, float[] weights, List<Taps> taps) {
        int inputs = layer.inputChannels() / layer.groups();
        int outputs = layer.outputChannels() / layer.groups();
        int window = product(layer.kernel());
        int count = taps.stream().mapToInt(Taps::count).reduce(1, Math::multiplyExact);
        var result = new float[layer.outputChannels() * inputs * count];
        int[] offsets = offsets(layer.kernel(), taps, count);
        int next = 0;
        for (int oc = 0; oc < layer.outputChannels(); oc++) {
            for (int i = 0; i < inputs; i++) {
                int ic = oc / outputs * inputs + i;
                int start = (ic * outputs + oc % outputs) * window;
                for (int offset : offsets) {
                    result[next++] = weights[start + offset];
                }
            }
        }
        return result;
    }

    private static int[] offsets(List<Integer> kernel, List<Taps> taps, int count) {
        var offsets = new int[count];
        for (int tap = 0; tap < count; tap++) {
            int rest = tap;
            int stride = 1;
            for (int axis = kernel.size() - 1; axis >= 0; axis--) {
                Taps along = taps.get(axis);
                int position = along.count() - 1 - rest % along.count();
                offsets[tap] += (along.first() + position * along.step()) * stride;
                rest /= along.count();
                stride *= kernel.get(axis);
            }
        }
        return offsets;
    }

    private static int product(List<Integer> values) {
        return values.stream().reduce(1, Math::multiplyExact);
    }
}
