package io.github.faltung.planning;

import io.github.faltung.convolution.Routine;
import java.util.List;

/**
 * What the planner has decided.
 *
 * @param routine the winner, compiled
 * @param reason how it was chosen
 * @param ways what there was to choose from, the best first; the winner may be another if wisdom knew better
 */
record Plan(Routine routine, String reason, List<Way> ways) {
    /** So many of the others are worth telling of. */
    private static final int TOLD = 3;

    Plan {
        ways = List.copyOf(ways);
    }

    /** Returns the choice, and what it was preferred to, in one line. */
    String note() {
        String chosen = routine.program().formulation();
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
