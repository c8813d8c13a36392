package io.github.faltung.benchmarks.peer;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;

/**
 * A layer's weights in oneDNN's terms: {@code [G, OC/G, IC/G, k…]}, without G if there is one group.
 *
 * @param dims in oneDNN's order
 * @param strides where the user's array has them
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record RawWeights(long[] dims, long[] strides) {
    /** Describes the weights as they are given: {@code [OC, IC/G, k…]}, transposed {@code [IC, OC/G, k…]}. */
    static RawWeights of(ConvolutionDescriptor layer) {
        Dims given = layer.weightsDims();
        long[] givenStrides = Layout.CHANNELS_FIRST.strides(given);
        boolean grouped = layer.groups() > 1;
        int first = grouped ? 1 : 0;
        var dims = new long[given.rank() + first];
        var strides = new long[dims.length];
        int outputs = layer.transposed() ? 1 : 0;
        dims[first] = layer.outputChannels() / layer.groups();
        strides[first] = givenStrides[outputs];
        dims[first + 1] = layer.inputChannels() / layer.groups();
        strides[first + 1] = givenStrides[1 - outputs];
        for (int axis = 2; axis < given.rank(); axis++) {
            dims[first + axis] = given.get(axis);
            strides[first + axis] = givenStrides[axis];
        }
        if (grouped) {
            dims[0] = layer.groups();
            strides[0] = givenStrides[0] * (given.get(0) / layer.groups());
        }
        return new RawWeights(dims, strides);
    }
}
