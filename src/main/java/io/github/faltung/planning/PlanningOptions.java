package io.github.faltung.planning;

import java.util.Optional;

/**
 * How a planning engine decides.
 *
 * @param mode by a model or by running
 * @param wisdom where choices are remembered that were measured, and looked up before anything is estimated or measured
 * @param plansPerLayer for how many combinations of source and destination a layer keeps what it planned, at least 1
 */
public record PlanningOptions(Mode mode, Optional<Wisdom> wisdom, int plansPerLayer) {
    /** By the model, no wisdom, sixteen plans a layer. */
    public static final PlanningOptions DEFAULT = new PlanningOptions(Mode.ESTIMATE, Optional.empty(), 16);

    /** How candidates are ranked. */
    public enum Mode {
        /** By a model of what each step costs: plans in milliseconds, runs nothing. */
        ESTIMATE,
        /** By running the most promising ones: plans in tenths of a second. */
        MEASURE
    }

    /** Returns the same with another mode. */
    public PlanningOptions withMode(Mode other) {
        return new PlanningOptions(other, wisdom, plansPerLayer);
    }

    /** Returns the same with wisdom. */
    public PlanningOptions withWisdom(Wisdom other) {
        return new PlanningOptions(mode, Optional.of(other), plansPerLayer);
    }

    /** Checks the bound. */
    public PlanningOptions {
        if (plansPerLayer < 1) {
            throw new IllegalArgumentException("plansPerLayer must be at least 1, but was " + plansPerLayer);
        }
    }
}
