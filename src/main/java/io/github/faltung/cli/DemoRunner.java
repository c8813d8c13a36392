package io.github.faltung.cli;

import io.github.faltung.checking.Comparison;
import io.github.faltung.checking.OutputSample;
import io.github.faltung.checking.SeparableBound;
import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Evaluation;
import io.github.faltung.convolution.Evaluator;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.convolution.Pooling;
import io.github.faltung.convolution.PoolingProblem;
import io.github.faltung.convolution.Sequential;
import io.github.faltung.image.Picture;
import io.github.faltung.planning.SeparableKernel;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs rows on an engine and on the reference, times both, and has the results compared. */
final class DemoRunner {
    private final Engine engine;
    private final Engine reference;
    private final Picture photo;
    private final double repeatMillis;

    /**
     * Makes a runner.
     *
     * @param repeatMillis how long the engine's calls are repeated, of which the fastest counts; there is at least one
     */
    DemoRunner(Engine engine, Engine reference, Picture photo, double repeatMillis) {
        this.engine = engine;
        this.reference = reference;
        this.photo = photo;
        this.repeatMillis = repeatMillis;
    }

    /** Runs a row. Whatever goes wrong fails the row, not the demo. */
    DemoResult run(DemoRow row) {
        ConvolutionProblem problem = row.problem(photo);
        if (row.pooling() != null) {
            return pool(row, new PoolingProblem(row.pooling(), problem.srcDims()));
        }
        try (DemoData data = new DemoData(row, problem, photo)) {
            return row.kernel() == DemoKernel.GAUSS ? separate(row, problem, data) : run(row, problem, data);
        } catch (RuntimeException e) {
            return DemoResult.failed(row, problem, e.toString());
        }
    }

    private DemoResult pool(DemoRow row, PoolingProblem problem) {
        float[] values = row.source().values(photo, row.layer().inputChannels());
        try (Tensor src = Tensor.allocate(DataType.F32, problem.srcDims(), row.layout());
                Tensor dst = Tensor.allocate(DataType.F32, problem.dstDims(), row.layout());
                Pooling layer = engine.pooling(problem.descriptor());
                Pooling twin = reference.pooling(problem.descriptor())) {
            src.copyFrom(values, Layout.CHANNELS_FIRST);
            long start = System.nanoTime();
            Evaluation expected = ((Evaluator) twin).evaluate(src, dst);
            double referenceMillis = millisSince(start);
            layer.forward(src, dst);
            OutputSample all = OutputSample.of(problem.dstDims(), Long.MAX_VALUE, 0);
            Comparison comparison = Comparison.pooled(problem, expected, all, dst.toFloatArray());
            return new DemoResult(
                    row,
                    problem,
                    null,
                    implementation(layer.explain(problem.srcDims(), row.layout())),
                    bestMillis(() -> layer.forward(src, dst)),
                    referenceMillis,
                    comparison.worstRatio(),
                    comparison.isMatch() ? "" : comparison.toString());
        } catch (RuntimeException e) {
            return DemoResult.failed(row, problem, e.toString());
        }
    }

    /** Runs a kernel as two one-dimensional passes, beside the reference's square one. */
    private DemoResult separate(DemoRow row, ConvolutionProblem problem, DemoData data) {
        SeparableKernel kernel = SeparableKernel.find(row.layer(), data.weights);
        try (Convolution twin = reference.convolution(row.layer(), data.weights, data.bias);
                Tensor columns = kernel.vertical();
                Tensor rows = kernel.horizontal();
                Sequential passes = kernel.prepare(engine, data.bias)) {
            var bound = new SeparableBound(kernel.descriptor(), data.weights, columns, rows, data.bias);
            passes.forward(data.src, data.dst);
            Comparison comparison = bound.compare(reference, data.src, data.dst.toFloatArray());
            List<String> names = passes.implementationNames(problem.srcDims(), row.layout());
            return new DemoResult(
                    row,
                    problem,
                    picture(row, data.dst),
                    "rank " + kernel.descriptor().rank() + ": " + String.join(", ", new LinkedHashSet<>(names)),
                    bestMillis(() -> passes.forward(data.src, data.dst)),
                    millisOnce(twin, data),
                    comparison.worstRatio(),
                    comparison.isMatch() ? "" : comparison.toString());
        }
    }

    private static double millisOnce(Convolution twin, DemoData data) {
        long start = System.nanoTime();
        ((Evaluator) twin).evaluate(data.src, data.dst);
        return millisSince(start);
    }

    private DemoResult run(DemoRow row, ConvolutionProblem problem, DemoData data) {
        try (DemoPair pair = DemoPair.open(row, data, engine, reference)) {
            // The reference first: it reads what a residual sum adds, which the engine overwrites.
            long start = System.nanoTime();
            Evaluation expected = pair.evaluate();
            double referenceMillis = millisSince(start);
            pair.forward();
            OutputSample all = OutputSample.of(problem.dstDims(), Long.MAX_VALUE, 0);
            Comparison comparison = Comparison.bounded(row.layer().postOps(), expected, all, data.dst.toFloatArray());
            return new DemoResult(
                    row,
                    problem,
                    picture(row, data.dst),
                    implementation(pair.explain()),
                    bestMillis(pair::forward),
                    referenceMillis,
                    comparison.worstRatio(),
                    comparison.isMatch() ? "" : comparison.toString());
        }
    }

    private @Nullable Picture picture(DemoRow row, Tensor dst) {
        return row.kernel() == DemoKernel.RANDOM
                ? null
                : row.kernel().picture(dst.toFloatArray(), photo.width(), photo.height());
    }

    private static String implementation(Explanation explanation) {
        boolean direct = explanation.formulation().equals("direct");
        return direct ? explanation.implementation() : explanation.formulation() + ": " + explanation.implementation();
    }

    private double bestMillis(Runnable call) {
        double best = Double.POSITIVE_INFINITY;
        long first = System.nanoTime();
        do {
            long start = System.nanoTime();
            call.run();
            best = Math.min(best, millisSince(start));
        } while (millisSince(first) < repeatMillis);
        return best;
    }

    private static double millisSince(long nanoTime) {
        return (System.nanoTime() - nanoTime) / 1e6;
    }
}
