package io.github.faltung.planning;

/**
 * How a planning engine decides.
 *
 * @param mode by a model or by running
 * @param plansPerLayer for how many combinations of source and destination a layer keeps what it planned, at least 1
 */
public record PlanningOptions(Mode mode, int plansPerLayer) {
    /** By the model, sixteen plans a layer. */
    public static final PlanningOptions DEFAULT = new PlanningOptions(Mode.ESTIMATE, 16);

    /** How candidates are ranked. */
    public enum Mode {
        /** By a model of what each step costs: plans in milliseconds, runs nothing. */
        ESTIMATE,
        /** By running the most promising ones: plans in tenths of a second. */
        MEASURE
    }

    /** Checks the bound. */
    public PlanningOptions {
        if (plansPerLayer < 1) {
            throw new IllegalArgumentException("plansPerLayer must be at least 1, but was " + plansPerLayer);
        }
    }
}
