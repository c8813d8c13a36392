package io.github.faltung.checking;

import io.github.faltung.convolution.DeformableArguments;
import io.github.faltung.convolution.DeformableConvolution;
import io.github.faltung.convolution.DeformableEvaluator;
import io.github.faltung.convolution.DeformableProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Evaluation;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** A deformable layer beside its reference. */
final class CheckedDeformable extends DeformableConvolution {
    private final DeformableConvolution layer;
    private final DeformableEvaluator evaluator;
    private final CheckOptions options;
    private final AtomicLong calls = new AtomicLong();

    CheckedDeformable(
            Engine engine,
            DeformableConvolution layer,
            DeformableEvaluator evaluator,
            CheckOptions options,
            Runnable free) {
        super(engine, layer.descriptor(), free);
        this.layer = layer;
        this.evaluator = evaluator;
        this.options = options;
    }

    @Override
    protected void compute(DeformableArguments arguments) {
        long call = calls.getAndIncrement();
        if (call % options.everyNth() != 0) {
            run(arguments);
            return;
        }
        Tensor dst = arguments.dst();
        List<PostOp> chain = descriptor().convolution().postOps();
        long seed = options.seed() + call;
        OutputSample sample = OutputSample.of(dst.dims(), options.outputs(), seed);
        Evaluation expected = evaluator.evaluate(arguments, sample.positions());
        if (!descriptor().convolution().readsDestination()) {
            SampledTensor.poison(dst, sample);
        }
        run(arguments);
        double[] found = SampledTensor.read(dst, sample);
        Comparison comparison = options.exact()
                ? Comparison.exact(expected, sample, found)
                : Comparison.bounded(chain, expected, sample, found);
        if (!comparison.isMatch()) {
            var problem = new DeformableProblem(descriptor(), arguments.src().dims());
            throw new MismatchException(problem, layer.engine().name(), sample, comparison, seed);
        }
    }

    private void run(DeformableArguments arguments) {
        layer.forward(arguments.src(), arguments.offsets(), arguments.mask(), arguments.dst());
    }

    @Override
    protected Explanation explain(DeformableProblem problem, Layout layout) {
        return layer.explain(problem.srcDims(), layout);
    }
}
