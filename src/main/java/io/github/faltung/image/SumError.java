package io.github.faltung.image;

/**
 * By how much a sum of bytes times weights, in f32, may be off: k roundings of each product take γₖ of it, γₖ = k·u / (1 − k·u), u = 2⁻²⁴
 * (Higham, <em>Accuracy and Stability of Numerical Algorithms</em>, 2nd edition, §3.1). If no weight is negative, all products together are the
 * sum S itself: a sum s that came out is off by up to γₖ·S ≤ γₖ/(1 − γₖ)·s, little where the picture is dark. Else they are up to 255·Σ|w|,
 * whatever the sum.
 *
 * @param fixed of any sum
 * @param share more of a sum that came out, for each unit of it; 0 if there are negative weights
 */
record SumError(double fixed, double share) {
    static final SumError NONE = new SumError(0, 0);

    /**
     * So many roundings are yet to come, each of a number as large as the largest sum: {@link ByteSums#lowering}, its product, the shift and its
     * addition; {@link ByteSums#raising}, its product, the {@linkplain ByteSums#lift lift} and its addition.
     */
    private static final int LATER = 8;

    /** These numbers are themselves rounded. */
    private static final double OWN_ROUNDING = 1 + 0x1p-10;

    /**
     * Returns it of sums whose products are rounded so often.
     *
     * @param magnitude Σ|w|
     * @param isPositive whether no weight is negative
     */
    static SumError of(int roundings, double magnitude, boolean isPositive) {
        double largest = Picture.WHITE * magnitude + 2;
        double underflow = roundings * (double) Float.MIN_VALUE;
        double gamma = ExactSums.gamma(roundings, ExactSums.ROUNDOFF);
        if (isPositive && gamma < 0.5) {
            double later = LATER * ExactSums.ROUNDOFF * largest;
            return new SumError(later * OWN_ROUNDING + underflow, gamma / (1 - gamma) * OWN_ROUNDING);
        }
        double all = ExactSums.gamma(roundings + LATER, ExactSums.ROUNDOFF) * largest;
        return new SumError(all * OWN_ROUNDING + underflow, 0);
    }

    /** Returns it where weights are off, too. */
    SumError plus(double more) {
        return new SumError(fixed + more, share);
    }

    /** Returns by how much a sum that came out may be off. */
    double of(double sum) {
        return fixed + share * Math.abs(sum);
    }

    boolean isNone() {
        return fixed == 0 && share == 0;
    }
}
