package io.github.faltung.cli;

import io.github.faltung.checking.Comparison;
import io.github.faltung.checking.OutputSample;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Evaluation;
import io.github.faltung.convolution.Evaluator;
import io.github.faltung.convolution.Pooling;
import io.github.faltung.convolution.PoolingDescriptor;
import io.github.faltung.convolution.PoolingProblem;
import io.github.faltung.image.Picture;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;

/** A pooling. */
record DemoPoolingPair(DemoRow row, PoolingProblem problem, Pooling layer, Pooling twin, Tensor src, Tensor dst)
        implements DemoPair {
    static DemoPair open(DemoRow row, PoolingDescriptor pooling, Picture photo, Engine engine, Engine reference) {
        var problem = new PoolingProblem(pooling, row.problem(photo).srcDims());
        Pooling twin = reference.pooling(pooling);
        try {
            Pooling layer = engine.pooling(pooling);
            Tensor src = Tensor.allocate(DataType.F32, problem.srcDims(), row.layout());
            Tensor dst = Tensor.allocate(DataType.F32, problem.dstDims(), row.layout());
            src.copyFrom(row.source().values(photo, row.layer().inputChannels()), Layout.CHANNELS_FIRST);
            return new DemoPoolingPair(row, problem, layer, twin, src, dst);
        } catch (RuntimeException e) {
            twin.close();
            throw e;
        }
    }

    @Override
    public Expected evaluate() {
        Evaluation expected = ((Evaluator) twin).evaluate(src, dst);
        OutputSample all = OutputSample.of(problem.dstDims(), Long.MAX_VALUE, 0);
        return found -> Comparison.pooled(problem, expected, all, found);
    }

    @Override
    public void forward() {
        layer.forward(src, dst);
    }

    @Override
    public String implementation() {
        return DemoPair.text(layer.explain(problem.srcDims(), row.layout()));
    }

    @Override
    public void close() {
        layer.close();
        twin.close();
        src.close();
        dst.close();
    }
}
