package io.github.faltung.checking;

import io.github.faltung.convolution.Evaluation;
import io.github.faltung.convolution.PoolingDescriptor;
import io.github.faltung.convolution.PoolingProblem;
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
 */
final class PoolingError {
    private PoolingError() {}

    /** Compares an engine's elements, in the order of the sample, with the reference's. */
    static Comparison compare(PoolingProblem problem, Evaluation expected, OutputSample sample, double[] found) {
        double[] values = expected.values();
        if (problem.descriptor().kind() == PoolingDescriptor.Kind.AVERAGE) {
            return Comparison.of(values, bounds(problem, expected), sample, found);
        }
        var accepted = values.clone();
        for (int i = 0; i < Math.min(accepted.length, found.length); i++) {
            boolean open =
                    Double.isNaN(values[i]) || (values[i] == Double.NEGATIVE_INFINITY && found[i] == -Float.MAX_VALUE);
            accepted[i] = open ? found[i] : values[i];
        }
        return Comparison.of(accepted, new double[accepted.length], sample, found);
    }

    /** Returns the bounds of means. */
    static double[] bounds(PoolingProblem problem, Evaluation expected) {
        double[] bounds = ErrorBound.of(List.of(), expected);
        double volume = problem.windowVolume();
        for (int i = 0; i < bounds.length; i++) {
            double largestSum = expected.magnitudes()[i] * volume; // at least Σ|x|, since no divisor is larger
            boolean mayOverflow = largestSum * (1 + 2 * volume * ErrorBound.FLOAT_ROUNDOFF) > Float.MAX_VALUE;
            if (mayOverflow && Double.isFinite(expected.magnitudes()[i])) {
                bounds[i] = Double.POSITIVE_INFINITY;
            }
        }
        return bounds;
    }
}
