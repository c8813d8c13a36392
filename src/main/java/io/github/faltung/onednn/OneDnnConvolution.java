package io.github.faltung.onednn;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** A layer of the oneDNN engine. */
class OneDnnConvolution extends Convolution {
    private final Callers callers;
    private final OneDnnLayer layer;

    OneDnnConvolution(OneDnnEngine engine, ConvolutionDescriptor descriptor, OneDnnLayer layer) {
        this(engine, descriptor, layer, layer::close);
    }

    /** Makes a layer that owns more than its weights and plans. */
    OneDnnConvolution(OneDnnEngine engine, ConvolutionDescriptor descriptor, OneDnnLayer layer, Runnable free) {
        super(engine, descriptor, free);
        this.callers = engine.callers();
        this.layer = layer;
    }

    final OneDnnLayer layer() {
        return layer;
    }

    @Override
    protected final void compute(Tensor src, Tensor dst) {
        callers.enter();
        try {
            forwardAsCaller(src, dst);
        } finally {
            callers.exit();
        }
    }

    /** Computes, counted as one of the engine's callers. */
    void forwardAsCaller(Tensor src, Tensor dst) {
        layer.forward(src, dst);
    }

    @Override
    protected void replaceWeights(Tensor weights, @Nullable Tensor bias) {
        layer.updateWeights(weights, bias);
        if (descriptor().types().isInteger()) {
            closeRoutines(); // as the layer's own plans
        }
    }

    @Override
    protected Explanation explain(ConvolutionProblem problem, Layout src, Layout dst) {
        return layer.explain(problem, src, dst, engine().name());
    }
}
