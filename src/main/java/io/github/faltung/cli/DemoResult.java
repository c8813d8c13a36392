package io.github.faltung.cli;

import io.github.faltung.image.Picture;
import org.jspecify.annotations.Nullable;

/**
 * What came of a row.
 *
 * @param problem what was computed, as its line
 * @param picture what a filter shows; {@code null} for other rows, and where there is no output
 * @param implementation the name of the code that computed it, with the formulation in front if that is not direct; empty if unknown
 * @param engineMillis the engine's best of several calls; NaN if unknown
 * @param referenceMillis the Java reference's only call; NaN if unknown
 * @param errorToBound the largest ratio, over all outputs, of the error to what rounding allows; NaN if unknown
 * @param failure what is wrong, in one line; empty if nothing is
 */
record DemoResult(
        DemoRow row,
        Object problem,
        @Nullable Picture picture,
        String implementation,
        double engineMillis,
        double referenceMillis,
        double errorToBound,
        String failure) {

    static DemoResult failed(DemoRow row, Object problem, String failure) {
        return new DemoResult(row, problem, null, "", Double.NaN, Double.NaN, Double.NaN, failure);
    }

    boolean passed() {
        return failure.isEmpty();
    }

    String verdict() {
        return passed() ? "passed" : "FAILED";
    }

    double speedUp() {
        return referenceMillis / engineMillis;
    }
}
