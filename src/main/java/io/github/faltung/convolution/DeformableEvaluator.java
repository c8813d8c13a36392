package io.github.faltung.convolution;

/**
 * A deformable layer that can say of single output elements what they are in double precision, as an {@link Evaluator} can of a
 * convolution's. The reference engine's are.
 *
 * <p><b>What the numbers count.</b> The bound of a sum of n products charges each term with n + 1 roundings (see {@link Evaluation}). A
 * deformable layer's terms are corners of the source times coefficients, and an engine that computes in f32 rounds them {@value #ROUNDINGS}
 * times more before they are multiplied by a weight. With u = 2⁻²⁴, at a position y = ⌊y⌋ + l, which is an f32 number by definition:
 *
 * <ul>
 *   <li>2: the factors l and 1 − l of either axis are each off by at most u, relatively. l = y − ⌊y⌋ is exact for y ≥ 0 and rounded once
 *       for −1 &lt; y &lt; 0. There the corner with the factor 1 − l lies outside the source, so nobody asks for it; for y ≥ 0 the factor
 *       1 − l is a single rounding of exact numbers.
 *   <li>1: the product of the two factors; 1: that times the mask; 1: that times the source element;
 *   <li>3: the sum of four corners.
 * </ul>
 *
 * So {@link Evaluation#products} is n + {@value #ROUNDINGS}, or 0 where no tap touches the source, and {@link Evaluation#magnitudes} is Σ
 * coefficient·|mask·x·w| + |bias|, with what numbers too small for f32 may lose added to it: each rounding above loses at most 2⁻¹⁵⁰
 * then, and a term {@link #UNDERFLOW} times {@code u·(n + 1 + }{@value #ROUNDINGS}{@code )} is more than all of them.
 */
public interface DeformableEvaluator {
    /** How often a term is rounded before it is multiplied by a weight. */
    int ROUNDINGS = 8;

    /** What is added to a coefficient and to a sample for the sake of numbers below the smallest normal f32. */
    double UNDERFLOW = 0x1p-120;

    /**
     * Evaluates some output elements.
     *
     * @param arguments all of them read, the destination only if the layer has a {@link PostOp.Sum}
     * @param outputs which elements, as positions in the output's channels-first order
     * @throws IllegalArgumentException if the tensors don't fit the layer, or a position is not within the output
     * @throws IllegalStateException if the layer is closed
     */
    Evaluation evaluate(DeformableArguments arguments, long[] outputs);

    /** Evaluates all output elements, in the output's channels-first order. */
    Evaluation evaluate(DeformableArguments arguments);
}
