package io.github.faltung.convolution;

import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An engine whose poolings and deformable layers fail when they compute, after which a test looks at the outputs that they were given. */
final class FailingEngine extends Engine {
    private final List<Tensor> reached;

    FailingEngine(List<Tensor> reached) {
        super("failing", () -> {});
        this.reached = reached;
    }

    @Override
    protected Convolution prepare(ConvolutionDescriptor descriptor, Tensor weights, @Nullable Tensor bias) {
        throw new AssertionError("not asked for");
    }

    @Override
    protected Pooling preparePooling(PoolingDescriptor descriptor) {
        return new Pooling(this, descriptor, () -> {}) {
            @Override
            protected void compute(Tensor src, Tensor dst) {
                fail(dst);
            }

            @Override
            protected Explanation explain(PoolingProblem problem, Layout layout) {
                throw new AssertionError("not asked for");
            }
        };
    }

    @Override
    protected DeformableConvolution prepareDeformable(
            DeformableDescriptor descriptor, Tensor weights, @Nullable Tensor bias) {
        return new DeformableConvolution(this, descriptor, () -> {}) {
            @Override
            protected void compute(DeformableArguments arguments) {
                fail(arguments.dst());
            }

            @Override
            protected Explanation explain(DeformableProblem problem, Layout layout) {
                throw new AssertionError("not asked for");
            }
        };
    }

    private void fail(Tensor dst) {
        reached.add(dst);
        throw new ArithmeticException("boom");
    }
}
