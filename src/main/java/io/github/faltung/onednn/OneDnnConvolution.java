package io.github.faltung.onednn;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.convolution.UnsupportedConvolutionException;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** A layer of the oneDNN engine. */
final class OneDnnConvolution extends Convolution {
    private final Callers callers;
    private final OneDnnLayer layer;

    /** For layers of which the sums may exceed what f32 holds. */
    private final @Nullable WideSums sums;

    OneDnnConvolution(
            OneDnnEngine engine, ConvolutionDescriptor descriptor, OneDnnLayer layer, @Nullable WideSums sums) {
        super(engine, descriptor, () -> {
            layer.close();
            if (sums != null) {
                sums.close();
            }
        });
        this.callers = engine.callers();
        this.layer = layer;
        this.sums = sums;
    }

    OneDnnLayer layer() {
        return layer;
    }

    @Override
    protected void compute(Tensor src, Tensor dst) {
        callers.enter();
        try {
            if (sums == null) {
                layer.forward(src, dst);
            } else {
                forward(sums, src, dst);
            }
        } finally {
            callers.exit();
        }
    }

    private void forward(WideSums sums, Tensor src, Tensor dst) {
        if (!sums.areNeeded()) {
            try {
                layer.forward(src, dst);
                return;
            } catch (UnsupportedConvolutionException e) {
                sums.need(e);
            }
        }
        sums.forward(src, dst);
    }

    @Override
    protected void replaceWeights(Tensor weights, @Nullable Tensor bias) {
        layer.updateWeights(weights, bias);
        if (sums != null) {
            sums.setWeights(weights);
        }
        if (descriptor().types().isInteger()) {
            closeRoutines(); // as the layer's own plans
        }
    }

    @Override
    protected Explanation explain(ConvolutionProblem problem, Layout src, Layout dst) {
        if (sums == null) {
            return layer.explain(problem, src, dst, engine().name());
        }
        if (!sums.areNeeded()) {
            try {
                return layer.explain(problem, src, dst, engine().name());
            } catch (UnsupportedConvolutionException e) {
                sums.need(e);
            }
        }
        return sums.explain(problem, src, engine().name());
    }
}
