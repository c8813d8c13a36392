package io.github.faltung.checking;

import io.github.faltung.convolution.Evaluation;
import io.github.faltung.convolution.PoolingDescriptor;
import io.github.faltung.convolution.PoolingProblem;
import io.github.faltung.tensor.DataType;
import java.util.Arrays;
import java.util.List;

/**
 * How a pooled result may differ from the reference if both are right.
 *
 * <p><b>A maximum</b> is exact; what {@link PoolingDescriptor} leaves open is accepted.
 *
 * <p><b>A mean</b> of n elements in f32 is off by at most {@code γₙ₊₁ · Σ|x| / divisor}: each element takes part in at most n − 1
 * additions, whatever their order (Higham, <em>Accuracy and Stability of Numerical Algorithms</em>, 2nd edition, §4.2), and the division
 * rounds once, or twice if it is a multiplication by the divisor's rounded inverse. Underflow is that of {@link ErrorBound}: sums don't
 * lose anything by it, a division does once, or a product for each element. The partial sums may overflow where the mean does not.
 * Integers whose sum is less than 2²⁴ add up exactly, so that n is 1. In other types than f32 that is followed by the rounding of {@link
 * Stored}.
 *
 * <p>Instructions that round to bf16 take f32's subnormal numbers for 0, which bf16 shares with it (Intel 64 and IA-32 Architectures
 * Software Developer's Manual, volume 2, VCVTNEPS2BF16).
 */
final class PoolingError {
    /** Below it all integers are f32 numbers. */
    private static final double F32_EXACT = 0x1p24;

    private PoolingError() {}

    /** Compares an engine's elements, in the order of the sample, with the reference's. */
    static Comparison compare(PoolingProblem problem, Evaluation expected, OutputSample sample, double[] found) {
        double[] values = expected.values();
        DataType type = problem.descriptor().dataType();
        if (problem.descriptor().kind() == PoolingDescriptor.Kind.MAX) {
            return Comparison.of(accepted(type, values, found), flushed(type, values), sample, found);
        }
        double[] bounds = bounds(problem, expected);
        if (type == DataType.F32) {
            return Comparison.of(values, bounds, sample, found);
        }
        return Stored.rounded(type, values, bounds).compare(sample, found);
    }

    private static double[] accepted(DataType type, double[] maxima, double[] found) {
        var accepted = maxima.clone();
        for (int i = 0; i < Math.min(accepted.length, found.length); i++) {
            boolean open =
                    Double.isNaN(maxima[i]) || (maxima[i] == Double.NEGATIVE_INFINITY && found[i] == leastFinite(type));
            accepted[i] = open ? found[i] : maxima[i];
        }
        return accepted;
    }

    private static double leastFinite(DataType type) {
        return switch (type) {
            case F32 -> -Float.MAX_VALUE;
            case BF16 -> -0x1.fep127;
            case F16 -> -65504;
            case S32, U8, S8 -> type.round(Double.NEGATIVE_INFINITY);
        };
    }

    private static double[] flushed(DataType type, double[] maxima) {
        return Arrays.stream(maxima)
                .map(max -> type == DataType.BF16 && Math.abs(max) < Float.MIN_NORMAL ? Math.abs(max) : 0)
                .toArray();
    }

    /** Returns the bounds of means, not rounded to the type yet. */
    static double[] bounds(PoolingProblem problem, Evaluation expected) {
        DataType type = problem.descriptor().dataType();
        double volume = problem.windowVolume();
        boolean exactSums = !type.isFloating() && volume * 255 < F32_EXACT;
        var inherited = new double[expected.products().length];
        Arrays.fill(inherited, type == DataType.BF16 ? Float.MIN_NORMAL : 0);
        double[] bounds = ErrorBound.of(List.of(), exactSums ? withExactSums(expected) : expected, inherited);
        for (int i = 0; i < bounds.length; i++) {
            // Times the volume at least Σ|x| and |Σx|, since no divisor is larger.
            double magnitude = expected.magnitudes()[i];
            double mean = expected.values()[i];
            if (Double.isFinite(magnitude)) {
                double growth = volume * (1 + 2 * volume * ErrorBound.FLOAT_ROUNDOFF);
                bounds[i] = ErrorBound.withOverflow(bounds[i], magnitude, mean, growth);
            }
        }
        return bounds;
    }

    private static Evaluation withExactSums(Evaluation expected) {
        return expected.withProducts(Arrays.stream(expected.products())
                .map(elements -> Math.min(1, elements))
                .toArray());
    }
}
