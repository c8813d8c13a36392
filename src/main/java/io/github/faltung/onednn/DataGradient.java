package io.github.faltung.onednn;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.convolution.LayerTypes;
import io.github.faltung.tensor.Tensor;

/**
 * The gradient by the source: the adjoint problem, forward, with the weights of each call. For one call at a time.
 *
 * <p>That is what oneDNN does too: its deconvolution runs the kernels of convolution's backward data, and its deconvolution's backward
 * data those of convolution (oneDNN 3.11, {@code src/cpu/ref_deconvolution.hpp}). So the guards that were found for forward problems
 * hold here.
 *
 * <p>A layer that takes bf16 or f16 to f32 has no adjoint layer, which would take f32 by bf16 to bf16. That is computed in f32, and the
 * tensors are converted on the way in and out.
 */
final class DataGradient implements AutoCloseable {
    private final OneDnnLayer adjoint;

    /**
     * Makes one.
     *
     * @param adjoint the layer of {@link ConvolutionProblem#adjoint}, in {@link #types}
     */
    DataGradient(NativeEngine engine, ConvolutionDescriptor adjoint, Tensor weights, OneDnnOptions options) {
        this.adjoint = new OneDnnLayer(engine, adjoint, weights, null, options);
    }

    /** Returns the types of the adjoint of a layer: its own if they are all the same, else f32. */
    static LayerTypes types(LayerTypes layer) {
        return layer.src() == layer.dst() ? layer : LayerTypes.ALL_F32;
    }

    void execute(Tensor weights, Tensor diffDst, Tensor diffSrc) {
        adjoint.updateWeights(weights, null);
        adjoint.forward(diffDst, diffSrc);
    }

    Explanation explain(TensorShape diffDst, TensorShape diffSrc, String engineName) {
        return adjoint.explain(diffDst, diffSrc, engineName);
    }

    @Override
    public void close() {
        adjoint.close();
    }
}
