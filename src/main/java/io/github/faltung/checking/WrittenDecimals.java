package io.github.faltung.checking;

import io.github.faltung.convolution.Evaluation;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;

/**
 * A source and an expected output that someone wrote down in the same number of decimals, and that lost what follows the last of them.
 *
 * <p><b>Why.</b> Those of ONNX 1.22's {@code averagepool_2d_ceil_last_window_starts_on_pad} are such, copied from a print-out of four
 * decimals: the mean of (0.8816 + 0.4353 + 0.5772 + 0.6623) / 9 = 0.28404… is given as 0.2841. No arithmetic makes that of these
 * numbers, f32 or other; that of the numbers before they were printed may.
 *
 * <p><b>When.</b> Every element of both is the float next to a decimal of at most {@value #DIGITS} significant digits, for so many
 * survive f32 (C17, {@code FLT_DIG}). Numbers that are decimals and floats at once, such as 3 or 0.25, tell nothing, so each must have
 * another. An f32 result in full passes for a decimal of n digits with a chance of about 10ⁿ⁻⁷ per element, and a random source with
 * that of all its elements.
 *
 * <p><b>The bound.</b> A number written in d decimals is off by at most ½·10⁻ᵈ, and one ulp as a float; a mean by no more than the worst
 * of its elements. So the expected mean is off by at most twice that.
 */
final class WrittenDecimals {
    static final int NONE = 0;

    private static final int DIGITS = 6;

    private WrittenDecimals() {}

    /** Returns how many decimals a source and an expected output were written in; {@link #NONE} if they weren't. */
    static int of(double[] src, double[] expected) {
        for (int decimals = 1; decimals <= DIGITS; decimals++) {
            if (areWritten(src, decimals)) {
                boolean both = areWritten(expected, decimals);
                return both && !areExact(src, decimals) && !areExact(expected, decimals) ? decimals : NONE;
            }
        }
        return NONE;
    }

    private static boolean areWritten(double[] values, int decimals) {
        for (double value : values) {
            if (!Double.isFinite(value)) {
                return false;
            }
            BigDecimal written = rounded(value, decimals);
            if (written.precision() > DIGITS || written.floatValue() != value) {
                return false;
            }
        }
        return true;
    }

    private static boolean areExact(double[] values, int decimals) {
        for (double value : values) {
            if (rounded(value, decimals).compareTo(new BigDecimal(value)) != 0) {
                return false;
            }
        }
        return true;
    }

    private static BigDecimal rounded(double value, int decimals) {
        return new BigDecimal(value).setScale(decimals, RoundingMode.HALF_EVEN);
    }

    /** Compares expected means with the reference, within what they and their source may have lost. */
    static Comparison means(Evaluation exact, OutputSample sample, double[] written, int decimals) {
        double lost = 2 * 0.5 * Math.pow(10, -decimals);
        double[] values = exact.values();
        var bounds = new double[values.length];
        Arrays.setAll(bounds, i -> lost + Math.ulp((float) written[i]));
        return Comparison.of(values, bounds, sample, written);
    }
}
