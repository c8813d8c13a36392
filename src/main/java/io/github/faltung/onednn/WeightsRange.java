package io.github.faltung.onednn;

import io.github.faltung.convolution.ConvolutionDescriptor;

/**
 * How large integer weights less their zero points are.
 *
 * @param least the least weight
 * @param most the largest
 * @param largestSum the largest Σ|w| of an output channel
 */
record WeightsRange(double least, double most, double largestSum) {
    /** Looks through weights in Faltung's order. */
    static WeightsRange of(ConvolutionDescriptor layer, float[] weights) {
        var sums = new double[layer.outputChannels()];
        double least = 0;
        double most = 0;
        for (int i = 0; i < weights.length; i++) {
            least = Math.min(least, weights[i]);
            most = Math.max(most, weights[i]);
            sums[layer.weightOutputChannel(i)] += Math.abs(weights[i]);
        }
        double largest = 0;
        for (double sum : sums) {
            largest = Math.max(largest, sum);
        }
        return new WeightsRange(least, most, largest);
    }

    boolean fitS8() {
        return least >= Byte.MIN_VALUE && most <= Byte.MAX_VALUE;
    }

    double largest() {
        return Math.max(-least, most);
    }
}
