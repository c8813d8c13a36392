package io.github.faltung.benchmarks.workload;

import io.github.faltung.checking.Comparison;

/** Something to compute, with data that is the same in every JVM. */
public sealed interface Workload permits DeformableWorkload, LayerWorkload, PictureWorkload {
    /** Returns the name, as reports tell it. */
    String name();

    /** Returns the line that {@link #parse} makes the same workload of. */
    String text();

    /**
     * Compares with the reference, within the rigorous bound.
     *
     * @param found {@code [MB, OC, spatial…]}
     */
    Comparison compare(float[] found);

    /** Returns the workload that a line tells. */
    static Workload parse(String text) {
        String[] words = text.split(" ", 2);
        return switch (words[0]) {
            case DeformableWorkload.KIND -> DeformableWorkload.named(words[1]);
            case LayerWorkload.KIND -> LayerWorkload.parse(words[1]);
            case PictureWorkload.KIND -> PictureWorkload.named(words[1]);
            default ->
                throw new IllegalArgumentException("workload must be " + DeformableWorkload.KIND + ", "
                        + LayerWorkload.KIND + " or " + PictureWorkload.KIND + ", but was " + text);
        };
    }
}
