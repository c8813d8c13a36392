package io.github.faltung.benchmarks.report;

import java.util.Locale;
import java.util.OptionalDouble;

/** Numbers as tables show them. */
final class Figures {
    /** Stands where there is no number. */
    static final String NOTHING = "–";

    private Figures() {}

    static String millis(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }

    static String ratio(OptionalDouble value) {
        return value.isEmpty() ? NOTHING : String.format(Locale.ROOT, "%.2f", value.getAsDouble());
    }

    static String number(String format, double value) {
        return Double.isNaN(value) ? NOTHING : String.format(Locale.ROOT, format, value);
    }
}
