package io.github.faltung.image;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A window of weights as columns times rows, as many as are asked for: each is the column and the row of what is left that meet in its largest
 * element, rounded to f32, and taken off it. Kernels that are smooth in any direction, and all of few different rows, are soon told so.
 *
 * <p>Source: adaptive cross approximation with full pivoting (Bebendorf, <em>Approximation of boundary element matrices</em>, Numerische
 * Mathematik 86, 2000).
 */
final class CrossTerms {
    private final int height;
    private final int width;
    private final double all;
    private final double[] left;
    private final List<ByteTerm.Passes> terms = new ArrayList<>();
    private double magnitude;

    CrossTerms(BytePass window) {
        height = window.height();
        width = window.width();
        all = window.magnitude();
        left = window.doubles().toArray();
    }

    /** Takes off one more, or returns false if nothing is left that floats hold, or there are enough for every rank and what its rounding left. */
    boolean add() {
        if (terms.size() == 2 * Math.min(height, width)) {
            return false;
        }
        int pivot = IntStream.range(0, left.length)
                .reduce((a, b) -> Math.abs(left[b]) > Math.abs(left[a]) ? b : a)
                .orElseThrow();
        double largest = left[pivot];
        if ((float) largest == 0) {
            return false;
        }
        var column = new float[height];
        var row = new float[width];
        for (int y = 0; y < height; y++) {
            column[y] = (float) left[y * width + pivot % width];
        }
        for (int x = 0; x < width; x++) {
            row[x] = (float) (left[pivot / width * width + x] / largest);
        }
        for (int i = 0; i < left.length; i++) {
            left[i] -= (double) column[i / width] * row[i % width];
        }
        var term = new ByteTerm.Passes(List.of(new BytePass(height, 1, column), new BytePass(1, width, row)));
        terms.add(term);
        magnitude += term.magnitude();
        return true;
    }

    /** Returns what has been taken off. */
    List<ByteTerm.Passes> terms() {
        return List.copyOf(terms);
    }

    /** Returns whether no weight of theirs is negative. */
    boolean isPositive() {
        return terms.stream().allMatch(ByteTerm.Passes::isPositive);
    }

    /** Returns the sum of the products' magnitudes, of all terms. */
    double magnitude() {
        return magnitude;
    }

    /** Returns the largest power of two of which all products are multiples. */
    double unit() {
        return terms.stream().mapToDouble(ByteTerm.Passes::unit).min().orElse(Double.MAX_VALUE);
    }

    /** Returns whether the terms are just the weights, if sums of their products are exact in double precision. */
    boolean isAll() {
        return IntStream.range(0, left.length).allMatch(i -> left[i] == 0);
    }

    /** Returns a bound of the sum of the magnitudes of what the terms are off the weights. */
    double distance() {
        double sum = IntStream.range(0, left.length)
                .mapToDouble(i -> Math.abs(left[i]))
                .sum();
        // Each term's subtraction, in double precision, was off by up to an ulp of what there was.
        return sum + terms.size() * (all + magnitude) * Math.ulp(1.0);
    }
}
