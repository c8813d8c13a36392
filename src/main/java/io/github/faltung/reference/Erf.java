package io.github.faltung.reference;

/**
 * The error function, which the JDK lacks, to double precision.
 *
 * <p>Below 3 by its power series (Abramowitz and Stegun, <em>Handbook of Mathematical Functions</em>, 7.1.6), whose terms are all of
 * one sign; above by the continued fraction of the complement (7.1.14), evaluated from a depth at which it has converged.
 */
final class Erf {
    private static final int FRACTION_DEPTH = 60;

    private Erf() {}

    static double erf(double x) {
        double z = Math.abs(x);
        if (Double.isNaN(x) || z > 6) {
            return Double.isNaN(x) ? x : Math.signum(x); // 1 − erf(6) < 2⁻⁵⁴
        }
        return Math.copySign(z < 3 ? series(z) : 1 - complement(z), x);
    }

    private static double series(double z) {
        double term = 1;
        double sum = 1;
        for (int n = 1; term > sum * 0x1p-54; n++) {
            term *= 2 * z * z / (2 * n + 1);
            sum += term;
        }
        return 2 / Math.sqrt(Math.PI) * z * Math.exp(-z * z) * sum;
    }

    private static double complement(double z) {
        double fraction = z;
        for (int n = FRACTION_DEPTH; n >= 1; n--) {
            fraction = z + n / 2.0 / fraction;
        }
        return Math.exp(-z * z) / Math.sqrt(Math.PI) / fraction;
    }
}
