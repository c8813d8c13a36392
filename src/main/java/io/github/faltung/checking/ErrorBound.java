package io.github.faltung.checking;

import io.github.faltung.convolution.Evaluation;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.convolution.Precision;
import java.util.List;

/**
 * How far an f32 result may lie from the reference if both are right.
 *
 * <p><b>The sum.</b> With u = 2⁻²⁴ and γₖ = k·u / (1 − k·u), a sum of n products and a bias that is computed in f32 is off by at most
 * {@code γₙ₊₁ · (Σ|x·w| + |bias|)}: each product is rounded once and takes part in at most n additions, whatever their order (Higham,
 * <em>Accuracy and Stability of Numerical Algorithms</em>, 2nd edition, §3.1 and §4.2). A fused multiply-add rounds less often. To that
 * the reference's own error is added, the same with u = 2⁻⁵³, and per product the least positive float, for products that underflow. An
 * output of no products is its bias, exactly.
 *
 * <p><b>The post-ops.</b> Each stage turns a bound b of its input into {@code L·b + e}: L how much the function can stretch a
 * distance, e the error of computing it; see {@link PostOpError}. A sum that is the first post-op counts as one more product of the
 * accumulation, since kernels add the destination before, amid or after the products.
 *
 * <p><b>Overflow.</b> Let P be the sum of the terms above 0, −N that of those below, and s = P − N. Every partial sum lies in [−N, P], and
 * as computed in [−(1 + γ)·N, (1 + γ)·P]. As P + N = m = Σ|x·w| + |bias|, the larger of P and N, on the side of s, is (m + |s|) / 2, the
 * smaller (m − |s|) / 2. If only the larger exceeds f32, the result may be infinite on that side, and the bound reaches as far as 2¹²⁸. If
 * both do, partial sums may be ∞ and −∞, and their sum NaN: the bound is infinite. So it is where a post-op follows a number that may be
 * infinite. {@link Deviation} says what passes then.
 */
public final class ErrorBound {
    /** The unit roundoff of f32, to nearest. */
    static final double FLOAT_ROUNDOFF = 0x1p-24;

    /** The unit roundoff of the reference's arithmetic. */
    static final double DOUBLE_ROUNDOFF = 0x1p-53;

    /** What each product may lose to underflow, the half of it doubled for the additions that follow. */
    static final double UNDERFLOW = Float.MIN_VALUE;

    /** All finite f32 numbers are less, and all numbers from here on round to infinity. */
    private static final double OVERFLOW = 0x1p128;

    /** The bound is itself computed in double precision, in fewer than 2¹³ roundings: 2¹³ · 2⁻⁵³. */
    private static final double OWN_ROUNDING = 1 + 0x1p-40;

    private ErrorBound() {}

    /**
     * Returns the bound of each element of an evaluation.
     *
     * @param chain the post-ops of the layer that was evaluated
     */
    public static double[] of(List<PostOp> chain, Evaluation evaluation) {
        return of(chain, evaluation, new double[evaluation.products().length]);
    }

    /**
     * Returns the bounds where the sums are off by more than their accumulation explains.
     *
     * @param inherited by how much more, before the post-ops
     */
    static double[] of(List<PostOp> chain, Evaluation evaluation, double[] inherited) {
        return of(chain, evaluation, inherited, new double[0]);
    }

    /**
     * Returns the bounds where also what the destination held may be off.
     *
     * @param ofPrevious by how much; empty if the chain has no sum
     */
    static double[] of(List<PostOp> chain, Evaluation evaluation, double[] inherited, double[] ofPrevious) {
        var bounds = new double[evaluation.products().length];
        for (int i = 0; i < bounds.length; i++) {
            double off = ofPrevious.length == 0 ? 0 : ofPrevious[i];
            bounds[i] = of(chain, evaluation, i, inherited[i], off) * OWN_ROUNDING;
        }
        return bounds;
    }

    /**
     * Returns by how much more than its accumulation explains each sum may be off where a layer's {@link Precision} lets several products of
     * bf16 numbers stand for each: what is left out, more additions of more terms, and subnormal numbers that count as 0, for which is
     * allowed as for layers of bf16.
     */
    static double[] ofParts(Precision precision, Evaluation evaluation) {
        var lost = new double[evaluation.products().length];
        for (int i = 0; i < lost.length && precision != Precision.STRICT; i++) {
            long products = evaluation.products()[i];
            long all = products * precision.products();
            double additions = gamma(all + 1, FLOAT_ROUNDOFF) * (1 + precision.excess());
            boolean mayOverflow = evaluation.magnitudes()[i] * (1 + precision.excess() + additions) > Float.MAX_VALUE;
            double own = gamma(products + 1, FLOAT_ROUNDOFF);
            lost[i] = products == 0
                    ? 0
                    : mayOverflow
                            ? Double.POSITIVE_INFINITY
                            : evaluation.magnitudes()[i] * (precision.error() + additions - own)
                                    + all * (double) Float.MIN_NORMAL;
        }
        return lost;
    }

    private static double of(
            List<PostOp> chain, Evaluation evaluation, int element, double inherited, double ofPrevious) {
        long products = evaluation.products()[element];
        double magnitude = evaluation.magnitudes()[element];
        int first = 0;
        double off = inherited;
        if (!chain.isEmpty() && chain.get(0) instanceof PostOp.Sum sum) {
            products++;
            magnitude += Math.abs(sum.scale()) * (Math.abs(evaluation.operand(0, element)) + ofPrevious);
            off += Math.abs(sum.scale()) * ofPrevious;
            first = 1;
        }
        double bound =
                off + accumulation(products, magnitude, evaluation.stages().get(first)[element], off);
        for (int stage = first; stage < chain.size(); stage++) {
            double before = evaluation.stages().get(stage)[element];
            double after = evaluation.stages().get(stage + 1)[element];
            double operand = evaluation.operand(stage, element);
            bound = mayBeInfinite(before, bound) ? Double.POSITIVE_INFINITY : bound;
            if (chain.get(stage) instanceof PostOp.Sum sum) {
                bound += Math.abs(sum.scale()) * ofPrevious;
                operand = Math.abs(operand) + ofPrevious;
            }
            bound = PostOpError.after(chain.get(stage), before, after, bound, operand);
        }
        return bound;
    }

    /**
     * The bound of a sum; 0 if it is infinite or NaN: that it owes to infinite terms, and is in any order.
     *
     * @param off by how much its terms may be off before any rounding
     */
    private static double accumulation(long products, double magnitude, double sum, double off) {
        if (products == 0 || !Double.isFinite(sum)) {
            return 0;
        }
        double growth = gamma(products + 1, FLOAT_ROUNDOFF) + gamma(products + 1, DOUBLE_ROUNDOFF);
        double bound = growth * magnitude + products * UNDERFLOW;
        double terms = magnitude * (1 + gamma(products + 1, DOUBLE_ROUNDOFF)) + 2 * off;
        return withOverflow(bound, terms, sum, 1 + growth);
    }

    /**
     * Returns a sum's bound, which reaches to infinity if partial sums do.
     *
     * @param magnitude of all terms together
     * @param growth times which the sums of terms of one sign may be computed
     */
    static double withOverflow(double bound, double magnitude, double sum, double growth) {
        double larger = (magnitude + Math.abs(sum)) / 2 * growth;
        double smaller = (magnitude - Math.abs(sum)) / 2 * growth;
        if (!(larger > Float.MAX_VALUE)) {
            return bound;
        }
        return smaller > Float.MAX_VALUE ? Double.POSITIVE_INFINITY : Math.max(bound, OVERFLOW - Math.abs(sum));
    }

    /** Returns whether an engine may have an infinity in place of a finite number. */
    static boolean mayBeInfinite(double number, double bound) {
        return Double.isFinite(number) && Math.abs(number) + bound > Float.MAX_VALUE;
    }

    /** γₖ of k roundings. */
    static double gamma(long roundings, double roundoff) {
        double all = roundings * roundoff;
        return all < 1 ? all / (1 - all) : Double.POSITIVE_INFINITY;
    }
}
