package io.github.faltung.onednn;

import io.github.faltung.convolution.ConvolutionDescriptor;

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
        int g = layer.groups();
        long outputs = layer.outputChannels() / g;
        long inputs = layer.inputChannels() / g;
        var window = new long[layer.spatialRank()];
        long volume = 1;
        for (int axis = window.length - 1; axis >= 0; axis--) {
            window[axis] = volume;
            volume *= layer.kernel().get(axis);
        }
        long output = layer.transposed() ? volume : inputs * volume;
        long input = layer.transposed() ? outputs * volume : volume;
        return withGroups(g, outputs * inputs * volume, output, input, window);
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
