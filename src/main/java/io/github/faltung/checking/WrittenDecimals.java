package io.github.faltung.checking;

import io.github.faltung.convolution.Evaluation;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;

/**
 * Numbers that someone wrote down in decimals, and that lost what follows the last of them. Source and expected output of ONNX 1.22's
 * {@code averagepool_2d_ceil_last_window_starts_on_pad} are such: four decimals, 0.1511 where the mean is 0.15105555….
 *
 * <p>Every element is then the float next to a decimal of at most {@value #DIGITS} significant digits, for so many survive f32 (C17,
 * {@code FLT_DIG}). Numbers that are decimals and floats at once, such as 3 or 0.25, tell nothing, so there must be another. An f32
 * result in full passes for a decimal of n digits with a chance of about 10ⁿ⁻⁷ per element, and the fewer digits, the more is allowed.
 *
 * <p><b>The bound.</b> A number written in d decimals is off by at most ½·10⁻ᵈ, and one ulp as a float. A mean is off by no more than the
 * worst of its elements. So if the source was written in as many decimals as the expected output, which may have been computed before,
 * that is off by twice as much.
 */
final class WrittenDecimals {
    static final int NONE = 0;

    private static final int DIGITS = 6;

    private WrittenDecimals() {}

    /** Returns how many decimals the elements were written in; {@link #NONE} if they weren't. */
    static int of(float[] values) {
        for (int decimals = 1; decimals <= DIGITS; decimals++) {
            if (areWritten(values, decimals)) {
                return areExact(values, decimals) ? NONE : decimals;
            }
        }
        return NONE;
    }

    private static boolean areWritten(float[] values, int decimals) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                return false;
            }
            BigDecimal written = rounded(value, decimals);
            if (written.precision() > DIGITS || written.floatValue() != value) {
                return false;
            }
        }
        return true;
    }

    private static boolean areExact(float[] values, int decimals) {
        for (float value : values) {
            if (rounded(value, decimals).compareTo(new BigDecimal(value)) != 0) {
                return false;
            }
        }
        return true;
    }

    private static BigDecimal rounded(float value, int decimals) {
        return new BigDecimal(value).setScale(decimals, RoundingMode.HALF_EVEN);
    }

    /** Compares expected means with the reference, within what they and their source may have lost. */
    static Comparison means(Evaluation exact, OutputSample sample, float[] written, float[] src) {
        int decimals = of(written);
        double lost = 0.5 * Math.pow(10, -decimals) * (of(src) == decimals ? 2 : 1);
        double[] values = exact.values();
        var bounds = new double[values.length];
        Arrays.setAll(bounds, i -> lost + Math.ulp(written[i]));
        return Comparison.of(values, bounds, sample, written);
    }
}
