package io.github.faltung.planning;

import org.jspecify.annotations.Nullable;

/** A layer's weights and bias as numbers. The arrays are not copied: whoever gets them may read, not write. */
final class Parameters {
    private final float[] weights;
    private final float @Nullable [] bias;

    /**
     * Takes the numbers.
     *
     * @param weights {@code [OC, IC/G, k…]}, transposed {@code [IC, OC/G, k…]}
     * @param bias {@code [OC]}, or {@code null} if there is none
     */
    Parameters(float[] weights, float @Nullable [] bias) {
        this.weights = weights;
        this.bias = bias;
    }

    float[] weights() {
        return weights;
    }

    float @Nullable [] bias() {
        return bias;
    }
}
