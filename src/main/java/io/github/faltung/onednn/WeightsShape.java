package io.github.faltung.onednn;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.tensor.Layout;
import java.util.Arrays;

/**
 * A layer's weights in oneDNN's numbers: {@code [OC, IC, k…]}, or {@code [G, OC/G, IC/G, k…]} if there are groups. oneDNN wants this
 * order for transposed layers too, whose weights Faltung stores as {@code [IC, OC/G, k…]}; the strides make up for it.
 */
final class WeightsShape {
    private WeightsShape() {}

    static long[] dims(ConvolutionDescriptor layer) {
        int g = layer.groups();
        long[] window = layer.kernel().stream().mapToLong(Integer::longValue).toArray();
        return withGroups(g, g, layer.outputChannels() / g, layer.inputChannels() / g, window);
    }

    /** Returns the strides of weights that lie in Faltung's order. */
    static long[] strides(ConvolutionDescriptor layer) {
        return strides(layer, Layout.CHANNELS_FIRST.strides(layer.weightsDims()));
    }

    /** Returns the strides of weights that lie in a tensor with strides of its own. */
    static long[] strides(ConvolutionDescriptor layer, long[] tensor) {
        int g = layer.groups();
        long slow = (layer.transposed() ? layer.inputChannels() : layer.outputChannels()) / g;
        long output = layer.transposed() ? tensor[1] : tensor[0];
        long input = layer.transposed() ? tensor[0] : tensor[1];
        return withGroups(g, slow * tensor[0], output, input, Arrays.copyOfRange(tensor, 2, tensor.length));
    }

    /** Turns each window around along all axes: its elements in reverse order. */
    static void turn(ConvolutionDescriptor layer, float[] values) {
        int window = layer.kernel().stream().reduce(1, Math::multiplyExact);
        for (int start = 0; start < values.length; start += window) {
            for (int i = start, j = start + window - 1; i < j; i++, j--) {
                float value = values[i];
                values[i] = values[j];
                values[j] = value;
            }
        }
    }

    private static long[] withGroups(int groups, long ofGroups, long ofOutputs, long ofInputs, long[] ofWindow) {
        int lead = groups > 1 ? 3 : 2;
        var values = new long[lead + ofWindow.length];
        values[0] = ofGroups;
        values[lead - 2] = ofOutputs;
        values[lead - 1] = ofInputs;
        System.arraycopy(ofWindow, 0, values, lead, ofWindow.length);
        return values;
    }
}
