package io.github.faltung.planning;

import io.github.faltung.convolution.Routine;
import java.util.List;
import java.util.function.Supplier;

/**
 * What the planner has decided.
 *
 * @param routine the winner, compiled
 * @param reason how it was chosen
 * @param choice what there was to choose from, the best first; the winner may be another if wisdom knew better. Found out only where it is asked for
 */
record Plan(Routine routine, String reason, Supplier<List<Way>> choice) {
    /** So many of the others are worth telling of. */
    private static final int TOLD = 3;

    /** Returns what there was to choose from, the best first. */
    List<Way> ways() {
        return List.copyOf(choice.get());
    }

    /** Returns the choice, and what it was preferred to, in one line. */
    String note() {
        String chosen = routine.program().formulation();
        List<Way> ways = ways();
        List<String> others = ways.stream()
                .filter(way -> !way.formulation().equals(chosen))
                .limit(TOLD)
                .map(Way::toString)
                .toList();
        String own = ways.stream()
                .filter(way -> way.formulation().equals(chosen))
                .findFirst()
                .map(Way::toString)
                .orElse(chosen);
        return reason + " " + own + (others.isEmpty() ? "" : "; others: " + String.join("; ", others));
    }
}
