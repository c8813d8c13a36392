package io.github.faltung.checking;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionGradients;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** The reference, but for one element of one gradient. */
final class FaultyGradients extends Engine {
    private final ReferenceEngine right;
    private final String wrong;
    private final long position;

    /**
     * Makes an open engine.
     *
     * @param wrong {@code diffSrc}, {@code diffWeights}, {@code diffBias}; another name for none
     * @param position of the element, in channels-first order
     */
    FaultyGradients(String wrong, long position) {
        this(wrong, position, new ReferenceEngine());
    }

    private FaultyGradients(String wrong, long position, ReferenceEngine right) {
        super("wrong", right::close);
        this.wrong = wrong;
        this.position = position;
        this.right = right;
    }

    @Override
    protected Convolution prepare(ConvolutionDescriptor descriptor, Tensor weights, @Nullable Tensor bias) {
        return right.convolution(descriptor, weights, bias);
    }

    @Override
    protected ConvolutionGradients prepareGradients(ConvolutionDescriptor descriptor) {
        ConvolutionGradients gradients = right.gradients(descriptor);
        return new ConvolutionGradients(this, descriptor, gradients::close) {
            @Override
            protected void computeData(Tensor weights, Tensor diffDst, Tensor diffSrc) {
                gradients.backwardData(weights, diffDst, diffSrc);
                spoil("diffSrc", diffSrc);
            }

            @Override
            protected void computeWeights(Tensor src, Tensor diffDst, Tensor diffWeights, @Nullable Tensor diffBias) {
                gradients.backwardWeights(src, diffDst, diffWeights, diffBias);
                spoil("diffWeights", diffWeights);
                if (diffBias != null) {
                    spoil("diffBias", diffBias);
                }
            }

            @Override
            protected Explanation explainData(ConvolutionProblem problem, Layout layout) {
                return gradients.explainBackwardData(problem.srcDims(), layout);
            }

            @Override
            protected Explanation explainWeights(ConvolutionProblem problem, Layout layout) {
                return gradients.explainBackwardWeights(problem.srcDims(), layout);
            }
        };
    }

    private void spoil(String name, Tensor gradient) {
        if (name.equals(wrong)) {
            float[] values = gradient.toFloatArray();
            values[(int) position]++;
            gradient.copyFrom(values, Layout.CHANNELS_FIRST);
        }
    }
}
