package io.github.faltung.cli;

import io.github.faltung.checking.Comparison;
import io.github.faltung.checking.OutputSample;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Evaluation;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.image.Picture;
import io.github.faltung.tensor.Tensor;
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
        try (DemoData data = new DemoData(row, problem, photo);
                DemoPair pair = DemoPair.open(row, data, engine, reference)) {
            return run(row, problem, pair, data);
        } catch (RuntimeException e) {
            return DemoResult.failed(row, problem, e.toString());
        }
    }

    private DemoResult run(DemoRow row, ConvolutionProblem problem, DemoPair pair, DemoData data) {
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
                bestMillis(pair),
                referenceMillis,
                comparison.worstRatio(),
                comparison.isMatch() ? "" : comparison.toString());
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

    private double bestMillis(DemoPair pair) {
        double best = Double.POSITIVE_INFINITY;
        long first = System.nanoTime();
        do {
            long start = System.nanoTime();
            pair.forward();
            best = Math.min(best, millisSince(start));
        } while (millisSince(first) < repeatMillis);
        return best;
    }

    private static double millisSince(long nanoTime) {
        return (System.nanoTime() - nanoTime) / 1e6;
    }
}
