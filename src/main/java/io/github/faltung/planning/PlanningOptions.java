package io.github.faltung.planning;

import java.util.Optional;

/**
 * How a planning engine decides.
 *
 * @param mode by a model or by running
 * @param wisdom where choices are remembered that were measured, and looked up before anything is estimated or measured
 * @param plansPerLayer for how many combinations of source and destination a planned layer keeps what it planned, at least 1; others, such as
 *     poolings and layers of integers, go by the options of the engine below
 * @param confinesNonFinite whether an infinity in a source, or what is not a number, reaches only the outputs whose windows contain it.
 *     Else it may make neighbours not a number: the fastest ways of saying layers with few channels, with small groups, and transposed
 *     ones give them weights of zero for each other's sources. Finite sources make no difference. See {@link
 *     io.github.faltung.convolution}
 */
public record PlanningOptions(Mode mode, Optional<Wisdom> wisdom, int plansPerLayer, boolean confinesNonFinite) {
    /** By the model, no wisdom, sixteen plans a layer. */
    public static final PlanningOptions DEFAULT = new PlanningOptions(Mode.ESTIMATE, Optional.empty(), 16, false);

    /** How candidates are ranked. */
    public enum Mode {
        /** By a model of what each step costs: plans in milliseconds, runs nothing. */
        ESTIMATE,
        /** By running the most promising ones: plans in tenths of a second. */
        MEASURE
    }

    /** Returns the same with another mode. */
    public PlanningOptions withMode(Mode other) {
        return new PlanningOptions(other, wisdom, plansPerLayer, confinesNonFinite);
    }

    /** Returns the same with wisdom. */
    public PlanningOptions withWisdom(Wisdom other) {
        return new PlanningOptions(mode, Optional.of(other), plansPerLayer, confinesNonFinite);
    }

    /** Returns the same with plans for another number of combinations of source and destination. */
    public PlanningOptions withPlansPerLayer(int other) {
        return new PlanningOptions(mode, wisdom, other, confinesNonFinite);
    }

    /** Returns the same for sources that may hold infinities or what is not a number. */
    public PlanningOptions withNonFiniteConfined() {
        return new PlanningOptions(mode, wisdom, plansPerLayer, true);
    }

    /** Checks the bound. */
    public PlanningOptions {
        if (plansPerLayer < 1) {
            throw new IllegalArgumentException("plansPerLayer must be at least 1, but was " + plansPerLayer);
        }
    }
}
