package io.github.faltung.checking;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Evaluation;
import io.github.faltung.convolution.Evaluator;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A layer beside its reference, which is also the evaluator. */
final class CheckedConvolution extends Convolution {
    private final Convolution layer;
    private final Convolution expected;
    private final Evaluator evaluator;
    private final Bf16Losses losses;
    private final CheckOptions options;
    private final boolean exact;
    private final AtomicLong calls = new AtomicLong();

    CheckedConvolution(
            Engine engine,
            Convolution layer,
            Convolution expected,
            Evaluator evaluator,
            Bf16Losses losses,
            CheckOptions options,
            boolean hasBias,
            Runnable free) {
        super(engine, layer.descriptor(), free);
        this.layer = layer;
        this.expected = expected;
        this.evaluator = evaluator;
        this.losses = losses;
        this.options = options;
        this.exact = options.exact() || layer.descriptor().isIntegerSum(hasBias);
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
        Evaluation evaluation = evaluator.evaluate(src, dst, sample.positions());
        double[] lost = exact ? new double[0] : losses.of(src, dst, sample.positions());
        if (!descriptor().readsDestination()) {
            SampledTensor.poison(dst, sample);
        }
        layer.forward(src, dst);
        double[] found = SampledTensor.read(dst, sample);
        Comparison comparison = exact
                ? Comparison.exact(descriptor(), evaluation, sample, found)
                : Comparison.bounded(descriptor(), evaluation, lost, sample, found);
        if (!comparison.isMatch()) {
            var problem = new ConvolutionProblem(descriptor(), src.dims());
            throw new MismatchException(problem, layer.engine().name(), sample, comparison, seed);
        }
    }

    @Override
    protected void replaceWeights(Tensor weights, @Nullable Tensor bias) {
        layer.updateWeights(weights, bias);
        expected.updateWeights(weights, bias);
        losses.updateWeights(weights);
    }

    @Override
    protected Explanation explain(ConvolutionProblem problem, Layout src, Layout dst) {
        return checked(layer.explain(problem.srcDims(), src, dst), engine().name(), options);
    }

    /** Returns what an inner layer runs, as what a checked one does. */
    static Explanation checked(Explanation inner, String engine, CheckOptions options) {
        List<String> notes = new ArrayList<>(inner.notes());
        notes.add(
                options.everyNth() == 1
                        ? "every call is checked"
                        : "one call in " + options.everyNth() + " is checked");
        return new Explanation(
                inner.problem(),
                engine,
                inner.formulation(),
                inner.implementation(),
                inner.packedWeightsBytes(),
                inner.scratchpadBytes(),
                notes);
    }
}
