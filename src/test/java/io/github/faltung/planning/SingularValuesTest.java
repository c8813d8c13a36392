package io.github.faltung.planning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SingularValuesTest {
    /** The error of a decomposition by rotations is a small multiple of dimension · unit roundoff · norm. */
    private static double rounding(double[][] a, double norm) {
        return 10 * Math.max(a.length, a[0].length) * 0x1p-53 * norm;
    }

    @ParameterizedTest
    @CsvSource({"1,1", "3,3", "5,2", "2,7", "64,64", "9,40"})
    void decomposition_ofARandomMatrix_multipliesBackToIt(int rows, int columns) {
        var random = new Random(rows * 100 + columns);
        var a = new double[rows][columns];
        for (double[] row : a) {
            for (int j = 0; j < columns; j++) {
                row[j] = random.nextGaussian();
            }
        }
        var values = new SingularValues(a);

        assertThat(values.count()).isEqualTo(Math.min(rows, columns));
        double norm = values.value(0);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                double sum = 0;
                for (int k = 0; k < values.count(); k++) {
                    sum += values.left(k)[i] * values.right(k)[j];
                }
                assertThat(sum).isEqualTo(a[i][j], within(rounding(a, norm)));
            }
        }
        for (int k = 0; k < values.count(); k++) {
            assertThat(values.value(k)).isGreaterThanOrEqualTo(k + 1 < values.count() ? values.value(k + 1) : 0);
            for (int l = 0; l < values.count(); l++) {
                double expected = k == l ? values.value(k) : 0;
                assertThat(dot(values.left(k), values.left(l))).isEqualTo(expected, within(rounding(a, norm)));
                assertThat(dot(values.right(k), values.right(l))).isEqualTo(expected, within(rounding(a, norm)));
            }
        }
    }

    @Test
    void value_ofKnownMatrices_isKnown() {
        // A·Aᵀ of [[3, 0], [4, 5]] has the eigenvalues 45 and 5.
        var values = new SingularValues(new double[][] {{3, 0}, {4, 5}});
        assertThat(values.value(0)).isEqualTo(Math.sqrt(45), within(1e-14));
        assertThat(values.value(1)).isEqualTo(Math.sqrt(5), within(1e-14));
        var zero = new SingularValues(new double[2][3]);
        assertThat(zero.value(0)).isZero();
        assertThat(zero.left(0)).containsOnly(0);
        assertThat(zero.right(1)).containsOnly(0);
        var one = new SingularValues(new double[][] {{1, 2, 1}, {2, 4, 2}, {0, 0, 0}});
        assertThat(one.value(0)).isEqualTo(Math.sqrt(30), within(1e-14));
        assertThat(one.value(1)).isLessThan(1e-15);
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
