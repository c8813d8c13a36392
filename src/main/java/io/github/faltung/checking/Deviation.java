package io.github.faltung.checking;

import java.io.Serializable;

/**
 * One output element beside what it should be.
 *
 * @param position in the output's channels-first order
 * @param expected the reference's value, rounded to the output's type if the comparison was exact
 * @param found the engine's value, which double precision holds whatever its type
 * @param bound how far they may lie apart; 0 if the comparison was exact
 */
public record Deviation(long position, double expected, double found, double bound) implements Serializable {
    /**
     * Returns the error in units of the bound: at most 1 is right. NaN is right only for NaN and an infinity only for the same one,
     * except that a finite value within the bound of overflow may have become infinite, and NaN where the bound is infinite: partial sums
     * that overflow both ways add up to it. A NaN with an infinite bound is one that has met an element-wise post-op: what that makes of it
     * is not defined.
     */
    public double ratio() {
        boolean mayOverflow = bound == Double.POSITIVE_INFINITY && !Double.isInfinite(expected);
        if (mayOverflow && (Double.isNaN(expected) || Double.isNaN(found))) {
            return 0;
        }
        if (Double.isNaN(expected) || Double.isNaN(found)) {
            return Double.isNaN(expected) && Double.isNaN(found) ? 0 : Double.POSITIVE_INFINITY;
        }
        if (found == expected) {
            return 0;
        }
        if (Double.isInfinite(expected)) {
            return Double.POSITIVE_INFINITY;
        }
        if (Double.isInfinite(found)) {
            double furthest = Math.signum(found) * expected + bound;
            return furthest > Float.MAX_VALUE ? 0 : Double.POSITIVE_INFINITY;
        }
        double error = Math.abs(found - expected);
        return bound == Double.POSITIVE_INFINITY ? 0 : error / bound;
    }

    /** Returns whether the error is more than the bound. */
    public boolean isMismatch() {
        return !(ratio() <= 1);
    }

    /** Returns position, values and bound. */
    @Override
    public String toString() {
        return "position " + position + ": expected " + expected + ", found " + found + ", bound " + bound;
    }
}
