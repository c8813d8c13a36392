package io.github.faltung.checking;

import io.github.faltung.tensor.DataType;
import java.io.Serializable;

/**
 * One output element beside what it should be.
 *
 * <p><b>What is right.</b> With y expected, ŷ found and b the bound:
 *
 * <ul>
 *   <li>y and ŷ finite: |ŷ − y| ≤ b.
 *   <li>y infinite: the same infinity. It owes that to an infinite term, which no order of summation takes away. That finite terms may
 *       overflow the other way beside it, and make NaN of it, is not allowed for.
 *   <li>y finite, ŷ infinite: what lies b beyond y, on that side, rounds to ŷ in the output's type.
 *   <li>y finite, ŷ NaN: b is infinite. {@link ErrorBound} makes it so where the terms of each sign by themselves add up to more than f32
 *       holds: an order that adds them so, as lanes of a vector may, ends with ∞ − ∞. It does too where a post-op follows a number that may
 *       be infinite: gelu multiplies −∞ by 0. A sum that can overflow one way only is never NaN, and its b is finite.
 *   <li>y NaN: NaN; anything if b is infinite, which says that y has met a post-op that does not define what it makes of NaN, or was split
 *       into parts.
 *   <li>b NaN, which no rule makes: nothing but ŷ = y.
 * </ul>
 *
 * @param position in the output's channels-first order
 * @param expected the reference's value, rounded to the output's type if the comparison was exact
 * @param found the engine's value, which double precision holds whatever its type
 * @param bound how far they may lie apart; 0 if the comparison was exact
 * @param type of the output
 */
public record Deviation(long position, double expected, double found, double bound, DataType type)
        implements Serializable {
    /** Makes one of an f32 output. */
    public Deviation(long position, double expected, double found, double bound) {
        this(position, expected, found, bound, DataType.F32);
    }

    /** Returns the error in units of the bound: at most 1 is right. */
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
            double furthest = expected + Math.signum(found) * bound;
            return type.round(furthest) == found ? 0 : Double.POSITIVE_INFINITY;
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
