package io.github.faltung.reference;

import java.math.BigDecimal;
import java.math.MathContext;

/** Functions to 60 digits, by series that share nothing with the code under test. */
final class Decimal {
    static final MathContext DIGITS = new MathContext(60);
    static final BigDecimal ONE = BigDecimal.ONE;
    static final BigDecimal TWO = new BigDecimal(2);
    /** OEIS A000796. */
    static final BigDecimal PI = new BigDecimal("3.14159265358979323846264338327950288419716939937510582097494459");

    private static final BigDecimal NOTHING = new BigDecimal("1e-70");

    private Decimal() {}

    static BigDecimal of(double x) {
        return new BigDecimal(x);
    }

    /** Σ xⁿ/n! of the halved argument, squared back. */
    static BigDecimal exp(BigDecimal x) {
        BigDecimal halved = x.divide(TWO.pow(10), DIGITS);
        BigDecimal term = ONE;
        BigDecimal sum = ONE;
        for (int n = 1; term.abs().compareTo(NOTHING) > 0; n++) {
            term = term.multiply(halved, DIGITS).divide(of(n), DIGITS);
            sum = sum.add(term, DIGITS);
        }
        return sum.pow(1 << 10, DIGITS);
    }

    /** Abramowitz and Stegun 7.1.5, the alternating series; at 15 its terms reach 10⁹⁷, which cancel. */
    static BigDecimal erf(BigDecimal x) {
        var digits = new MathContext(180);
        BigDecimal power = x;
        BigDecimal sum = x;
        BigDecimal square = x.multiply(x, digits);
        for (int n = 1; power.abs().compareTo(NOTHING) > 0; n++) {
            power = power.multiply(square, digits).negate().divide(of(n), digits);
            sum = sum.add(power.divide(of(2 * n + 1), digits), digits);
        }
        return sum.multiply(TWO, DIGITS).divide(PI.sqrt(DIGITS), DIGITS);
    }

    /** (e²ˣ − 1) / (e²ˣ + 1). */
    static BigDecimal tanh(BigDecimal x) {
        BigDecimal e = exp(x.multiply(TWO));
        return e.subtract(ONE).divide(e.add(ONE), DIGITS);
    }

    static BigDecimal sigmoid(BigDecimal x) {
        return ONE.divide(ONE.add(exp(x.negate())), DIGITS);
    }
}
