package io.github.faltung.convolution;

import io.github.faltung.tensor.Tensor;

/**
 * A layer that can say of single output elements what they are in double precision, and how large the terms were that made them: what
 * a proof compares with. The reference engine's layers are evaluators.
 */
public interface Evaluator {
    /**
     * Evaluates some output elements.
     *
     * @param src {@code [MB, IC, spatial…]}, read
     * @param dst {@code [MB, OC, spatial…]}; read, and only if the layer has a {@link PostOp.Sum}
     * @param outputs which elements, as positions in the output's channels-first order
     * @throws IllegalArgumentException if the tensors don't fit the layer, or a position is not within the output
     * @throws IllegalStateException if the layer is closed
     */
    Evaluation evaluate(Tensor src, Tensor dst, long[] outputs);

    /** Evaluates all output elements, in the output's channels-first order. */
    Evaluation evaluate(Tensor src, Tensor dst);
}
