package io.github.faltung.planning;

import java.util.Locale;
import java.util.OptionalDouble;

/**
 * One way of saying a problem, as the planner sees it.
 *
 * @param formulation in a few words
 * @param estimatedSeconds by the model, on its nominal machine
 * @param measuredSeconds a call's median, if it was run
 * @param implementation the name of the code that would run; empty if that was not asked
 */
public record Way(String formulation, double estimatedSeconds, OptionalDouble measuredSeconds, String implementation) {
    /** Returns formulation and times in one line. */
    @Override
    public String toString() {
        String estimated = String.format(Locale.ROOT, "estimated %.4f ms", estimatedSeconds * 1e3);
        String measured = measuredSeconds.isPresent()
                ? String.format(Locale.ROOT, ", measured %.4f ms", measuredSeconds.getAsDouble() * 1e3)
                : "";
        return formulation + ": " + estimated + measured + (implementation.isEmpty() ? "" : ", " + implementation);
    }
}
