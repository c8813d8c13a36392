package io.github.faltung.planning;

import java.util.List;

/** All formulations, one a line. */
final class Formulations {
    static final List<Formulation> ALL = List.of(
            new LiftedAxis(),
            new TurnedWindows(),
            new SeparatePhases(),
            new SubPixels(),
            new ChannelMultiplier(),
            new MergedGroups(),
            new UnfoldedTaps(),
            new WidthAsChannels(),
            new SeparableWeights(),
            new ColumnsAsChannels(),
            new ShiftedColumns(),
            new MergedAxes(),
            new SpaceToBatch(),
            new Bf16Parts(),
            new Relayout());

    private Formulations() {}

    /** Returns those that an engine may use. */
    static List<Formulation> of(PlanningOptions options) {
        return options.confinesNonFinite()
                ? ALL.stream().filter(formulation -> !formulation.addsZeros()).toList()
                : ALL;
    }
}
