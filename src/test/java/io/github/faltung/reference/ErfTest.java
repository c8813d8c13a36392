package io.github.faltung.reference;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErfTest {
    /**
     * The series has fewer than 64 terms below 3, each rounded twice, and the exponential's argument is rounded relative to at most
     * 9: in all, fewer than 2⁸ roundings of 2⁻⁵³ each. Above 3 the result is 1 less something below 3·10⁻⁵.
     */
    private static final double RELATIVE = 0x1p-45;

    /** Abramowitz and Stegun, table 7.1: ten decimals. */
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0.1, 0.1124629160",
        "0.5, 0.5204998778",
        "1, 0.8427007929",
        "1.5, 0.9661051465",
        "2, 0.9953222650"
    })
    void erf_ofTable_isTheTables(double x, double expected) {
        assertThat(Erf.erf(x)).isCloseTo(expected, Offset.offset(0.5e-10));
        assertThat(Erf.erf(-x)).isEqualTo(-Erf.erf(x));
    }

    @Test
    void erf_overItsRange_agreesWithTheSeries() {
        for (double x = 0x1p-10; x < 7; x += 0.043) {
            double expected = Decimal.erf(Decimal.of(x)).doubleValue();
            assertThat(Erf.erf(x)).as("erf(%s)", x).isCloseTo(expected, Offset.offset(RELATIVE * expected));
        }
    }

    @Test
    void erf_extremes_areTheLimits() {
        assertThat(Erf.erf(Double.POSITIVE_INFINITY)).isEqualTo(1);
        assertThat(Erf.erf(Double.NEGATIVE_INFINITY)).isEqualTo(-1);
        assertThat(Erf.erf(Double.NaN)).isNaN();
        assertThat(Erf.erf(6.5)).isEqualTo(1);
        assertThat(Erf.erf(0.0)).isZero();
        assertThat(Erf.erf(Double.MIN_NORMAL)).isPositive();
    }

    @Test
    void erf_whereTheMethodChanges_isContinuousAndRises() {
        for (double border : new double[] {3, 6}) {
            double below = Erf.erf(Math.nextDown(border));
            assertThat(Erf.erf(border)).isCloseTo(below, Offset.offset(0x1p-48));
            assertThat(Erf.erf(border + 0.01)).isGreaterThanOrEqualTo(Erf.erf(border - 0.01));
        }
    }
}
