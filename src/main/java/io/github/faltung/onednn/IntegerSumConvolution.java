package io.github.faltung.onednn;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.convolution.UnsupportedConvolutionException;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** A layer whose output is a sum of integers itself: as oneDNN has it where that is exact, else by {@link WideSums}. */
final class IntegerSumConvolution extends OneDnnConvolution {
    private final WideSums sums;

    IntegerSumConvolution(OneDnnEngine engine, ConvolutionDescriptor descriptor, OneDnnLayer layer, WideSums sums) {
        super(engine, descriptor, layer, () -> {
            layer.close();
            sums.close();
        });
        this.sums = sums;
    }

    @Override
    void forwardAsCaller(Tensor src, Tensor dst) {
        if (!isDone(() -> layer().forward(src, dst))) {
            sums.forward(src, dst);
        }
    }

    @Override
    protected Explanation explain(ConvolutionProblem problem, Layout src, Layout dst) {
        var explanation = new Explanation[1];
        return isDone(() -> explanation[0] = super.explain(problem, src, dst))
                ? explanation[0]
                : sums.explain(problem, src, engine().name());
    }

    /** Does it with the layer as it is; returns false if only digits of the weights can do it. */
    private boolean isDone(Runnable asItIs) {
        if (sums.areNeeded()) {
            return false;
        }
        try {
            asItIs.run();
            return true;
        } catch (UnsupportedConvolutionException e) {
            sums.need(e);
            return false;
        }
    }

    @Override
    protected void replaceWeights(Tensor weights, @Nullable Tensor bias) {
        super.replaceWeights(weights, bias);
        sums.setWeights(weights);
    }
}
