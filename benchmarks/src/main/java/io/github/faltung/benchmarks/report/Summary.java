package io.github.faltung.benchmarks.report;

import io.github.faltung.benchmarks.contest.Heat;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * Speed-ups over one opponent in a few numbers.
 *
 * @param count of layers that both computed
 * @param geomean geometric mean
 * @param worst least speed-up
 * @param worstName of the layer that has it
 */
record Summary(int count, double geomean, double worst, String worstName) {
    private record Named(String name, double speedUp) {}

    /**
     * Sums up.
     *
     * @param speedUp of a layer, empty where there is none
     */
    static Summary of(List<Heat> heats, Function<Heat, OptionalDouble> speedUp) {
        var all = new ArrayList<Named>();
        for (Heat heat : heats) {
            speedUp.apply(heat)
                    .ifPresent(value -> all.add(new Named(heat.workload().name(), value)));
        }
        if (all.isEmpty()) {
            return new Summary(0, Double.NaN, Double.NaN, "none");
        }
        double logs = all.stream().mapToDouble(one -> Math.log(one.speedUp)).sum();
        Named worst =
                all.stream().min(Comparator.comparingDouble(Named::speedUp)).orElseThrow();
        return new Summary(all.size(), Math.exp(logs / all.size()), worst.speedUp, worst.name);
    }

    /** Returns the numbers, with the given word for the worst. */
    String text(String worstWord) {
        return String.format(Locale.ROOT, "%.2f, %s %.2f (%s)", geomean, worstWord, worst, worstName);
    }
}
