package io.github.faltung.onednn;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionGradients;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Gradients of the oneDNN engine. */
final class OneDnnGradients extends ConvolutionGradients {
    private final Callers callers;
    private final GradientPools pools;

    OneDnnGradients(OneDnnEngine engine, ConvolutionDescriptor descriptor, GradientPools pools) {
        super(engine, descriptor, pools::close);
        this.callers = engine.callers();
        this.pools = pools;
    }

    @Override
    protected void computeData(Tensor weights, Tensor diffDst, Tensor diffSrc) {
        callers.enter();
        try {
            pools.backwardData(weights, diffDst, diffSrc);
        } finally {
            callers.exit();
        }
    }

    @Override
    protected void computeWeights(Tensor src, Tensor diffDst, Tensor diffWeights, @Nullable Tensor diffBias) {
        callers.enter();
        try {
            pools.backwardWeights(src, diffDst, diffWeights, diffBias);
        } finally {
            callers.exit();
        }
    }

    @Override
    protected Explanation explainData(ConvolutionProblem problem, Layout layout) {
        return pools.explainData(problem, layout, engine().name());
    }

    @Override
    protected Explanation explainWeights(ConvolutionProblem problem, Layout layout) {
        return pools.explainWeights(problem, layout, engine().name());
    }
}
