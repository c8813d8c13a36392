package io.github.faltung.checking;

import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Evaluation;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** A layer with data, and perhaps an output that someone else computed. The tensors stay whose they are. */
public sealed interface Case permits ConvolutionCase, DeformableCase, PoolingCase {
    /** Returns what results are reported under. */
    String name();

    /** Returns the source, {@code [MB, C, spatial…]}. */
    Tensor src();

    /** Returns the output that came with the case, of its type; {@code null} if none did. */
    @Nullable
    Tensor expected();

    /**
     * Returns the output's dims.
     *
     * @throws IllegalArgumentException if the layer can't be applied to the source
     */
    Dims dstDims();

    /** Returns the output's type. */
    default DataType dstType() {
        return DataType.F32;
    }

    /** Returns the problem as a line. */
    String line();

    /** Returns the price of an output element in products. */
    long products();

    /**
     * Evaluates output elements in double precision.
     *
     * @param reference whose layers can do that
     * @param src the source's elements
     * @param dst as large as the output
     * @param outputs which elements, as positions in the output's channels-first order
     */
    Evaluation evaluate(Engine reference, Tensor src, Tensor dst, long[] outputs);

    /**
     * Computes the output, with whatever else the layer takes arranged as the source.
     *
     * @return the name of the code that ran
     */
    String forward(Engine engine, Tensor src, Tensor dst, Arrangement arrangement);

    /**
     * Compares elements with what they must be.
     *
     * @param found in the order of the sample
     */
    Comparison compare(Evaluation exact, OutputSample sample, double[] found);

    /**
     * Compares elements of the output that came with the case with what they must be.
     *
     * @param published in the order of the sample
     */
    default Comparison compareExpected(Evaluation exact, OutputSample sample, double[] published) {
        return compare(exact, sample, published);
    }
}
