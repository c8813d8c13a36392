package io.github.faltung.onednn;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;

/**
 * The gradient by the source: the adjoint problem, forward, with the weights of each call. For one call at a time.
 *
 * <p>That is what oneDNN does too: its deconvolution runs the kernels of convolution's backward data, and its deconvolution's backward
 * data those of convolution (oneDNN 3.11, {@code src/cpu/ref_deconvolution.hpp}). So the guards that were found for forward problems
 * hold here.
 */
final class DataGradient implements AutoCloseable {
    private final OneDnnLayer adjoint;

    /**
     * Makes one.
     *
     * @param adjoint the layer of {@link ConvolutionProblem#adjoint}
     */
    DataGradient(NativeEngine engine, ConvolutionDescriptor adjoint, Tensor weights, OneDnnOptions options) {
        this.adjoint = new OneDnnLayer(engine, adjoint, weights, null, options);
    }

    void execute(Tensor weights, Tensor diffDst, Tensor diffSrc) {
        adjoint.updateWeights(weights, null);
        adjoint.forward(diffDst, diffSrc);
    }

    Explanation explain(ConvolutionProblem adjointProblem, Layout layout, String engineName) {
        return adjoint.explain(adjointProblem, layout, engineName);
    }

    @Override
    public void close() {
        adjoint.close();
    }
}
