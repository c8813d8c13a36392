package io.github.faltung.image;

import java.math.BigDecimal;
import java.math.MathContext;

/** Numbers as drawings write them: short, with a real minus sign. */
final class NumberText {
    private static final double LARGEST = 1e6;
    private static final double SMALLEST = 1e-3;
    private static final MathContext DIGITS = new MathContext(4);

    private NumberText() {}

    /** Returns a whole number as it is, any other with up to four significant digits. */
    static String of(double value) {
        double size = Math.abs(value);
        String text;
        if (value == Math.rint(value) && size < LARGEST) {
            text = String.valueOf((long) value);
        } else if (Double.isNaN(value) || Double.isInfinite(value)) {
            text = String.valueOf(value);
        } else {
            BigDecimal rounded = new BigDecimal(value).round(DIGITS).stripTrailingZeros();
            text = size < LARGEST && size >= SMALLEST ? rounded.toPlainString() : rounded.toString();
        }
        return text.replace('-', '−');
    }
}
