package io.github.faltung.convolution;

import io.github.faltung.tensor.Dims;

/** A layer applied to a source of given extents: what a problem line says. Its text is that line. Immutable. */
public sealed interface Problem permits ConvolutionProblem, PoolingProblem {
    /** Returns {@code [MB, C, spatial…]} of the source. */
    Dims srcDims();

    /** Returns {@code [MB, C, spatial…]} of the output. */
    Dims dstDims();

    /**
     * Returns the same problem for another minibatch.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    Problem withMinibatch(int minibatch);
}
