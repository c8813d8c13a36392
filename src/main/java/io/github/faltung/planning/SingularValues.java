package io.github.faltung.planning;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The singular value decomposition {@code A = Σ σⱼ·uⱼ·vⱼᵀ} by one-sided Jacobi rotations (Hestenes 1958; Golub and Van Loan, <em>Matrix
 * Computations</em>, 4th edition, §8.6.3), in double precision: pairs of columns of A are rotated until all are orthogonal; their lengths
 * are the σ.
 */
final class SingularValues {
    /** Each sweep squares the error; ten are plenty, more never happen. */
    private static final int MOST_SWEEPS = 60;

    private final double[] sigma;
    /** Columns σⱼ·uⱼ as rotated, and vⱼ, before sorting. */
    private final double[][] left;

    private final double[][] right;
    private final Integer[] order;
    private final boolean turned;

    /** Decomposes {@code a[row][column]}, which is left as it is. */
    SingularValues(double[][] a) {
        int rows = a.length;
        int columns = a[0].length;
        turned = rows < columns; // then the transpose is decomposed
        int count = Math.min(rows, columns);
        int length = Math.max(rows, columns);
        left = new double[count][length];
        right = new double[count][count];
        for (int j = 0; j < count; j++) {
            for (int i = 0; i < length; i++) {
                left[j][i] = turned ? a[j][i] : a[i][j];
            }
            right[j][j] = 1;
        }
        boolean rotated = true;
        for (int sweep = 0; rotated && sweep < MOST_SWEEPS; sweep++) {
            rotated = sweep();
        }
        sigma = new double[count];
        for (int j = 0; j < count; j++) {
            sigma[j] = Math.sqrt(dot(left[j], left[j]));
        }
        order = IntStream.range(0, count)
                .boxed()
                .sorted(Comparator.comparingDouble(j -> -sigma[j]))
                .toArray(Integer[]::new);
    }

    private boolean sweep() {
        boolean rotated = false;
        for (int p = 0; p < left.length; p++) {
            for (int q = p + 1; q < left.length; q++) {
                double pp = dot(left[p], left[p]);
                double qq = dot(left[q], left[q]);
                double pq = dot(left[p], left[q]);
                if (Math.abs(pq) > Math.ulp(1.0) * Math.sqrt(pp) * Math.sqrt(qq)) {
                    double zeta = (qq - pp) / (2 * pq);
                    double tangent = Math.copySign(1, zeta) / (Math.abs(zeta) + Math.hypot(1, zeta));
                    double cosine = 1 / Math.hypot(1, tangent);
                    rotate(left[p], left[q], cosine, cosine * tangent);
                    rotate(right[p], right[q], cosine, cosine * tangent);
                    rotated = true;
                }
            }
        }
        return rotated;
    }

    private static void rotate(double[] p, double[] q, double cosine, double sine) {
        for (int i = 0; i < p.length; i++) {
            double old = p[i];
            p[i] = cosine * old - sine * q[i];
            q[i] = sine * old + cosine * q[i];
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    int count() {
        return sigma.length;
    }

    /** Returns the j-th largest singular value. */
    double value(int j) {
        return sigma[order[j]];
    }

    /** Returns {@code √σⱼ·uⱼ}, as long as A has rows. */
    double[] left(int j) {
        return turned ? scaled(right[order[j]], Math.sqrt(value(j))) : scaled(left[order[j]], inverseRoot(j));
    }

    /** Returns {@code √σⱼ·vⱼ}, as long as A has columns. */
    double[] right(int j) {
        return turned ? scaled(left[order[j]], inverseRoot(j)) : scaled(right[order[j]], Math.sqrt(value(j)));
    }

    private double inverseRoot(int j) {
        return value(j) == 0 ? 0 : 1 / Math.sqrt(value(j));
    }

    private static double[] scaled(double[] vector, double factor) {
        var scaled = new double[vector.length];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = vector[i] * factor;
        }
        return scaled;
    }
}
