package io.github.faltung.checking;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Quantization;
import io.github.faltung.tensor.DataType;
import java.util.Collections;

/**
 * Integers for layers of 8-bit source and weights, as far from the zero points as their types and an exact f32 allow: large enough for
 * an instruction that saturates sums of two products at 2¹⁵ to be found out.
 *
 * <p>Where all scales are powers of two and the post-ops take integers to integers, every step is exact in f32 if the sums are small
 * enough, and the only rounding is the last: see {@link #isExactFor}.
 */
final class IntegerFill implements Fill {
    private static final double LIMIT = 0x1p24;
    private static final int WIDEST_SRC = 255;
    private static final int WIDEST_WEIGHT = 127;
    private static final int BIAS = ExactFill.WIDEST;
    private static final int DST = ExactFill.WIDEST;

    private final ConvolutionDescriptor layer;
    private final boolean isExact;
    private final Taps taps;
    private final Noise src;
    private final Noise weights;
    private final Noise bias;
    private final Noise dst;
    private final int mostSrc;
    private final int mostWeight;
    private final long tapStep;

    private IntegerFill(ConvolutionDescriptor layer, boolean isExact, long seed) {
        double room = isExact ? room(layer) : LIMIT;
        this.layer = layer;
        this.isExact = isExact;
        this.taps = Taps.of(layer);
        this.src = new Noise(seed, 0);
        this.weights = new Noise(seed, 1);
        this.bias = new Noise(seed, 2);
        this.dst = new Noise(seed, 3);
        double perProduct = Math.max(1, Math.floor(room / taps.count()));
        this.mostWeight = (int) Math.max(1, Math.min(WIDEST_WEIGHT, Math.floor(perProduct / WIDEST_SRC)));
        this.mostSrc = (int) Math.max(1, Math.min(WIDEST_SRC, Math.floor(perProduct / mostWeight)));
        this.tapStep = (long) Math.ceil(taps.count() / Math.floor(Math.max(1, room)));
    }

    /** Returns the fill of a problem; the same seed gives the same values. */
    static IntegerFill of(ConvolutionProblem problem, long seed) {
        ConvolutionDescriptor layer = problem.descriptor();
        return new IntegerFill(layer, isExactFor(layer), seed);
    }

    /**
     * Returns whether a layer is exact in f32 for this fill: its scales are powers of two, from 2⁻¹⁶ to 2¹⁶, its post-ops keep
     * integers, and its results are not lost in the destination's steps.
     */
    static boolean isExactFor(ConvolutionDescriptor layer) {
        Quantization quantization = layer.quantization();
        return quantization.weightsScales().stream()
                        .allMatch(scale -> isPower((double) scale * quantization.srcScale()))
                && isPower(quantization.dstScale())
                && ExactFill.isExactFor(layer.postOps())
                && room(layer) >= 1
                && leavesSteps(layer);
    }

    /** Whether sums of random signs, which are some √n of n products' largest, are not all rounded to 0. */
    private static boolean leavesSteps(ConvolutionDescriptor layer) {
        Quantization quantization = layer.quantization();
        double least = quantization.srcScale() * (double) Collections.min(quantization.weightsScales());
        double typical = room(layer) / Math.sqrt((double) Taps.of(layer).count()) * least;
        return layer.types().dst() == DataType.F32 || typical >= quantization.dstScale();
    }

    private static boolean isPower(double scale) {
        int exponent = Math.getExponent(scale);
        return Math.scalb(1.0, exponent) == scale && Math.abs(exponent) <= 16;
    }

    /**
     * How large a sum may be. All numbers are multiples of a step, the least scale or 1, and must stay below 2²⁴ steps, the destination's zero point
     * included.
     */
    private static double room(ConvolutionDescriptor layer) {
        Quantization quantization = layer.quantization();
        double step = Math.min(1, quantization.dstScale());
        double largest = 0;
        for (int oc = 0; oc < layer.outputChannels(); oc++) {
            step = Math.min(step, quantization.sumScale(oc));
            largest = Math.max(largest, quantization.sumScale(oc));
        }
        double limit = LIMIT * step - WIDEST_SRC * Math.max(1, quantization.dstScale());
        double previous = layer.readsDestination() ? 2.0 * DST * quantization.dstScale() : 0;
        return ExactFill.room(layer.postOps(), limit - previous) / largest;
    }

    @Override
    public float src(long position) {
        return around(
                layer.quantization().srcZeroPoint(),
                src,
                position,
                mostSrc,
                layer.types().src());
    }

    @Override
    public float weights(long position) {
        int zero = layer.quantization().weightsZeroPoint(layer.weightOutputChannel(position));
        boolean kept = taps.at(position) % tapStep == 0;
        return kept ? around(zero, weights, position, mostWeight, layer.types().weights()) : zero;
    }

    /** Where real scales bring sums down to the order of 1, where functions bend, the bias is of that order too. */
    @Override
    public float bias(long position) {
        return isExact ? bias.integer(position, BIAS) : bias.real(position);
    }

    @Override
    public float dst(long position) {
        return around(
                layer.quantization().dstZeroPoint(),
                dst,
                position,
                DST,
                layer.types().dst());
    }

    /**
     * Returns a number of a type at a distance from a zero point. The side with less room is drawn more often, so that distances have mean
     * 0 where they can: sums of products of one sign would all end up at the bound of the destination's type.
     */
    private static float around(int zeroPoint, Noise noise, long position, int most, DataType type) {
        double below = Math.min(most, zeroPoint - type.round(Double.NEGATIVE_INFINITY));
        double above = Math.min(most, type.round(Double.POSITIVE_INFINITY) - zeroPoint);
        boolean upwards = below == 0 || (above > 0 && (noise.real(position) + 1) / 2 * (below + above) < below);
        double distance = Math.min(Math.abs(noise.integer(position, most)), upwards ? above : below);
        return (float) (upwards ? zeroPoint + distance : zeroPoint - distance);
    }
}
