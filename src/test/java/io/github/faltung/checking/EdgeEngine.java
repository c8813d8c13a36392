package io.github.faltung.checking;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Evaluation;
import io.github.faltung.convolution.Evaluator;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.convolution.Pooling;
import io.github.faltung.convolution.PoolingDescriptor;
import io.github.faltung.convolution.PoolingProblem;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whose every output is off by a given share of what the layer's own bound allows; up for a positive share, down for a negative. */
final class EdgeEngine extends Engine {
    private final ReferenceEngine right;
    private final double share;

    EdgeEngine(double share) {
        this(share, new ReferenceEngine());
    }

    private EdgeEngine(double share, ReferenceEngine right) {
        super("edge", right::close);
        this.share = share;
        this.right = right;
    }

    @Override
    protected Convolution prepare(ConvolutionDescriptor descriptor, Tensor weights, @Nullable Tensor bias) {
        Convolution layer = right.convolution(descriptor, weights, bias);
        return new Convolution(this, descriptor, layer::close) {
            @Override
            protected void compute(Tensor src, Tensor dst) {
                Evaluation evaluation = ((Evaluator) layer).evaluate(src, dst);
                write(evaluation, ErrorBound.of(descriptor().postOps(), evaluation), dst);
            }

            @Override
            protected Explanation explain(ConvolutionProblem problem, Layout src, Layout dst) {
                return new Explanation(problem.toString(), "edge", "direct", "edge", 0, 0, List.of());
            }
        };
    }

    @Override
    protected Pooling preparePooling(PoolingDescriptor descriptor) {
        Pooling layer = right.pooling(descriptor);
        return new Pooling(this, descriptor, layer::close) {
            @Override
            protected void compute(Tensor src, Tensor dst) {
                Evaluation evaluation = ((Evaluator) layer).evaluate(src, dst);
                boolean rounds = descriptor().kind() == PoolingDescriptor.Kind.AVERAGE;
                double[] bounds = rounds
                        ? PoolingError.bounds(new PoolingProblem(descriptor(), src.dims()), evaluation)
                        : new double[evaluation.values().length];
                write(evaluation, bounds, dst);
            }

            @Override
            protected Explanation explain(PoolingProblem problem, Layout layout) {
                return new Explanation(problem.toString(), "edge", "direct", "edge", 0, 0, List.of());
            }
        };
    }

    private void write(Evaluation evaluation, double[] bounds, Tensor dst) {
        var values = new float[bounds.length];
        for (int i = 0; i < values.length; i++) {
            double right = evaluation.values()[i];
            double edge = right + share * bounds[i];
            float nearest = (float) edge;
            boolean beyond = Math.abs(nearest - right) > Math.abs(edge - right);
            values[i] = !beyond ? nearest : nearest > right ? Math.nextDown(nearest) : Math.nextUp(nearest);
        }
        dst.copyFrom(values, Layout.CHANNELS_FIRST);
    }
}
