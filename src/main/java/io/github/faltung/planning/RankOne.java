package io.github.faltung.planning;

import io.github.faltung.convolution.AxisGeometry;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.tensor.DataType;
import java.util.Optional;

/**
 * Windows that are a column times a row, as those of blurs and edge detectors are, and how exactly.
 *
 * <p><b>The certificate.</b> Let ŵ = column · row be off each weight by at most ε·|w|. A sum over the columns first and the rows then rounds
 * each term {@code a + b + 1} times, with a taps in a column and b in a row (the product between the two passes counts once), so that it is off
 * by at most {@code (ε + γₐ₊ᵦ₊₁·(1 + ε))·Σ|x·w|}. That is within the bound of the layer as it was asked for, γ of its {@code a·b} products and a
 * bias, wherever the windows that reach over the source's border keep enough taps: {@link #keepsBoundOf}. The bound allows for underflow, since
 * no element of a row is larger than 1. Sums of a column may overflow where the layer's own sum would not: with numbers beyond 10³⁷.
 */
final class RankOne {
    private static final double ROUNDOFF = 0x1p-24;

    /** Up to it, f32 holds every whole number. */
    private static final double WHOLE = 0x1p24;

    private final float[] columns;
    private final float[] rows;
    private final double error;

    private RankOne(float[] columns, float[] rows, double error) {
        this.columns = columns;
        this.rows = rows;
        this.error = error;
    }

    /**
     * Finds the columns and rows of a layer's windows.
     *
     * @param weights {@code [OC, 1, kh, kw]}
     * @return empty if the layer is not of that form, or a window's weights are off its column times its row by more than a half
     */
    static Optional<RankOne> of(ConvolutionDescriptor layer, float[] weights) {
        boolean applies = !layer.transposed()
                && layer.types().src() == DataType.F32 // so are the sums of the columns
                && layer.types().dst() == DataType.F32
                && layer.spatialRank() == 2
                && layer.groups() == layer.inputChannels()
                && layer.kernel().stream().allMatch(kernel -> kernel > 1);
        if (!applies) {
            return Optional.empty();
        }
        int height = layer.kernel().get(0);
        int width = layer.kernel().get(1);
        var columns = new float[layer.outputChannels() * height];
        var rows = new float[layer.outputChannels() * width];
        double error = 0;
        for (int oc = 0; oc < layer.outputChannels() && error <= 0.5; oc++) {
            double off = factor(weights, oc, height, width, columns, rows);
            if (off > 0 && hasExactSums(weights, oc * height * width, height * width)) {
                return Optional.empty();
            }
            error = Math.max(error, off);
        }
        return error <= 0.5 ? Optional.of(new RankOne(columns, rows, error)) : Optional.empty();
    }

    /**
     * Whether a window's sums are exact for some samples that are whole numbers: those of at most x are where {@code x·Σ|w|} is no more than
     * {@link #WHOLE} units, of which all weights are multiples. Then they are to stay so, since who filters whole numbers may count on it;
     * a row's element that is rounded makes fractions of them. Weights with all of f32's digits have none: two of them are more units.
     */
    private static boolean hasExactSums(float[] weights, int from, int count) {
        double unit = Double.MAX_VALUE;
        double sum = 0;
        for (int i = from; i < from + count; i++) {
            unit = weights[i] == 0 ? unit : Math.min(unit, lowestBit(weights[i]));
            sum += Math.abs(weights[i]);
        }
        return sum <= WHOLE * unit;
    }

    private static double lowestBit(float value) {
        int bits = (Float.floatToIntBits(value) & 0x7fffff) | 0x800000;
        return Math.ulp(value) * Integer.lowestOneBit(bits);
    }

    /** Factors one window through its largest weight; returns the largest error as a share of the weight. */
    private static double factor(float[] weights, int oc, int height, int width, float[] columns, float[] rows) {
        int start = oc * height * width;
        int pivot = 0;
        for (int i = 1; i < height * width; i++) {
            pivot = Math.abs(weights[start + i]) > Math.abs(weights[start + pivot]) ? i : pivot;
        }
        double largest = weights[start + pivot];
        for (int y = 0; y < height; y++) {
            columns[oc * height + y] = weights[start + y * width + pivot % width];
        }
        for (int x = 0; x < width; x++) {
            rows[oc * width + x] = largest == 0 ? 0 : (float) (weights[start + pivot / width * width + x] / largest);
        }
        double error = 0;
        for (int i = 0; i < height * width; i++) {
            double product = (double) columns[oc * height + i / width] * rows[oc * width + i % width];
            double off = Math.abs(product - weights[start + i]);
            error = Math.max(error, off == 0 ? 0 : off / Math.abs(weights[start + i]));
        }
        return error;
    }

    /** Returns {@code [OC, kh]}. */
    float[] columns() {
        return columns;
    }

    /** Returns {@code [OC, kw]}, the largest element of each row 1. */
    float[] rows() {
        return rows;
    }

    /** Returns whether two passes keep the bound of one, for every output of a problem. */
    boolean keepsBoundOf(ConvolutionProblem problem) {
        long a = fewestTaps(problem.axis(0));
        long b = fewestTaps(problem.axis(1));
        // Windows with more taps keep it the more easily, since a·b grows faster than a + b.
        return a > 1 && b > 1 && error + gamma(a + b + 1) * (1 + error) <= gamma(a * b + 1);
    }

    private static double gamma(long roundings) {
        return roundings * ROUNDOFF / (1 - roundings * ROUNDOFF);
    }

    /** Returns the least number of taps that a window has on the source: one at either end; 0 if it is dilated over a border, and not counted. */
    private static long fewestTaps(AxisGeometry axis) {
        if (axis.paddingL() == 0 && axis.paddingR() <= 0) {
            return axis.kernel();
        }
        long fewest = axis.kernel();
        for (long output : new long[] {0, axis.dst() - 1}) {
            long inside = 0;
            for (int tap = 0; tap < axis.kernel(); tap++) {
                long place = output * axis.stride() + (long) tap * axis.dilation() - axis.paddingL();
                inside += place >= 0 && place < axis.src() ? 1 : 0;
            }
            fewest = Math.min(fewest, inside);
        }
        return axis.dilation() == 1 ? fewest : 0;
    }
}
