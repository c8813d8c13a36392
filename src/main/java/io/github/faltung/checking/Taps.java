package io.github.faltung.checking;

import io.github.faltung.convolution.ConvolutionDescriptor;

/**
 * The weights that one output element is made with, numbered from 0: kernel positions within input channels of a group.
 *
 * @param kernelVolume the product of the window sizes
 * @param inputsPerGroup IC/G
 * @param outputsPerGroup OC/G
 */
record Taps(long kernelVolume, long inputsPerGroup, long outputsPerGroup, boolean transposed) {
    static Taps of(ConvolutionDescriptor layer) {
        long volume = layer.kernel().stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
        return new Taps(
                volume,
                layer.inputChannels() / layer.groups(),
                layer.outputChannels() / layer.groups(),
                layer.transposed());
    }

    /** Returns the most products that one output can have. */
    long count() {
        return kernelVolume * inputsPerGroup;
    }

    /** Returns the tap at a position of the weights, in channels-first order. */
    long at(long position) {
        if (!transposed) {
            return position % count();
        }
        long inputChannel = position / (kernelVolume * outputsPerGroup);
        return inputChannel % inputsPerGroup * kernelVolume + position % kernelVolume;
    }
}
