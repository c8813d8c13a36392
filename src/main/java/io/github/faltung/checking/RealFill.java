package io.github.faltung.checking;

import io.github.faltung.convolution.ConvolutionProblem;

/**
 * Real numbers, uniformly from −1 to 1, for bounded checks. The weights are scaled by 3/√n, n the number of taps of an output, so that
 * an output's sum has a variance near 1 (a uniform factor has 1/3, so a product 1/n): the range in which post-ops bend.
 */
public final class RealFill implements Fill {
    private final Noise src;
    private final Noise weights;
    private final Noise bias;
    private final Noise dst;
    private final float weightScale;

    private RealFill(long taps, long seed) {
        this.src = new Noise(seed, 0);
        this.weights = new Noise(seed, 1);
        this.bias = new Noise(seed, 2);
        this.dst = new Noise(seed, 3);
        this.weightScale = weightScale(taps);
    }

    private static float weightScale(long taps) {
        return (float) (3 / Math.sqrt((double) taps));
    }

    /** Returns what no weight of a problem exceeds. */
    public static float largestWeight(ConvolutionProblem problem) {
        return weightScale(Taps.of(problem.descriptor()).count());
    }

    /** Returns the fill of a problem; the same seed gives the same values. */
    public static RealFill of(ConvolutionProblem problem, long seed) {
        return new RealFill(Taps.of(problem.descriptor()).count(), seed);
    }

    @Override
    public float src(long position) {
        return src.real(position);
    }

    @Override
    public float weights(long position) {
        return weights.real(position) * weightScale;
    }

    @Override
    public float bias(long position) {
        return bias.real(position);
    }

    @Override
    public float dst(long position) {
        return dst.real(position);
    }
}
