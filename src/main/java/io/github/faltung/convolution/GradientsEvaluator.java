package io.github.faltung.convolution;

import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;

/**
 * Gradients that can say of single elements what they are in double precision, and how large the terms were that made them: what a proof
 * compares with. Those of the reference engine are evaluators. All tensors are of the layer's types and read.
 */
public interface GradientsEvaluator {
    /**
     * Evaluates elements of the gradient by the source.
     *
     * @param weights as the layer's
     * @param diffDst {@code [MB, OC, spatial…]}
     * @param src {@code [MB, IC, spatial…]}, which {@code diffDst} alone does not tell
     * @param positions which elements, in {@code diffSrc}'s channels-first order
     * @throws IllegalArgumentException if the tensors don't fit the layer, or a position is not within the gradient
     * @throws IllegalStateException if closed
     */
    Evaluation evaluateData(Tensor weights, Tensor diffDst, Dims src, long[] positions);

    /**
     * Evaluates elements of the gradient by the weights.
     *
     * @param positions which elements, in {@code diffWeights}'s channels-first order
     */
    Evaluation evaluateWeights(Tensor src, Tensor diffDst, long[] positions);

    /** Evaluates the gradient by the bias. */
    Evaluation evaluateBias(Tensor src, Tensor diffDst);
}
