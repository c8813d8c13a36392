package io.github.faltung.checking;

import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Evaluation;
import io.github.faltung.convolution.Evaluator;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.convolution.Pooling;
import io.github.faltung.convolution.PoolingProblem;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.concurrent.atomic.AtomicLong;

/** A pooling layer beside its reference. */
final class CheckedPooling extends Pooling {
    private final Pooling layer;
    private final Evaluator evaluator;
    private final CheckOptions options;
    private final AtomicLong calls = new AtomicLong();

    CheckedPooling(Engine engine, Pooling layer, Evaluator evaluator, CheckOptions options, Runnable free) {
        super(engine, layer.descriptor(), free);
        this.layer = layer;
        this.evaluator = evaluator;
        this.options = options;
    }

    @Override
    protected void compute(Tensor src, Tensor dst) {
        long call = calls.getAndIncrement();
        if (call % options.everyNth() != 0) {
            layer.forward(src, dst);
            return;
        }
        long seed = options.seed() + call;
        OutputSample sample = OutputSample.of(dst.dims(), options.outputs(), seed);
        Evaluation expected = evaluator.evaluate(src, dst, sample.positions());
        SampledTensor.poison(dst, sample);
        layer.forward(src, dst);
        var problem = new PoolingProblem(descriptor(), src.dims());
        Comparison comparison = Comparison.pooled(problem, expected, sample, SampledTensor.read(dst, sample));
        if (!comparison.isMatch()) {
            throw new MismatchException(problem, layer.engine().name(), sample, comparison, seed);
        }
    }

    @Override
    protected Explanation explain(PoolingProblem problem, Layout layout) {
        return CheckedConvolution.checked(layer.explain(problem.srcDims(), layout), engine().name(), options);
    }
}
