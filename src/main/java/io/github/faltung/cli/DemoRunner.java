package io.github.faltung.cli;

import io.github.faltung.checking.Comparison;
import io.github.faltung.convolution.Engine;
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
        Object subject = row.subject(photo);
        try (DemoPair pair = DemoPair.open(row, photo, engine, reference)) {
            long start = System.nanoTime();
            DemoPair.Expected expected = pair.evaluate();
            double referenceMillis = millisSince(start);
            pair.forward();
            Comparison comparison = expected.compare(pair.dst().toFloatArray());
            return new DemoResult(
                    row,
                    subject,
                    picture(row, pair.dst()),
                    pair.implementation(),
                    bestMillis(pair::forward),
                    referenceMillis,
                    comparison.worstRatio(),
                    comparison.isMatch() ? "" : comparison.toString());
        } catch (RuntimeException e) {
            return DemoResult.failed(row, subject, e.toString());
        }
    }

    private @Nullable Picture picture(DemoRow row, Tensor dst) {
        return row.kernel() == DemoKernel.RANDOM
                ? null
                : row.kernel().picture(dst.toFloatArray(), photo.width(), photo.height());
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
