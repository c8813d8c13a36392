package io.github.faltung.checking;

import java.util.Arrays;
import java.util.List;

/** What is computed of a layer, by the library's name and by those of oneDNN's benchdnn (3.11, {@code doc/knobs_dir.md}). */
public enum Direction {
    /** The output. */
    FORWARD("forward", "FWD_B"),
    /** The gradient by the source. */
    BACKWARD_DATA("backward-data", "BWD_D"),
    /** The gradients by the weights and by the bias. */
    BACKWARD_WEIGHTS("backward-weights", "BWD_W", "BWD_WB");

    private final List<String> names;

    Direction(String... names) {
        this.names = List.of(names);
    }

    /**
     * Returns the direction of a name, in any case.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Direction parse(String name) {
        return Arrays.stream(values())
                .filter(each -> each.names.stream().anyMatch(name::equalsIgnoreCase))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("direction must be one of " + Arrays.toString(values())
                        + ", or of FWD_B, BWD_D, BWD_W, BWD_WB, but was '" + name + "'"));
    }

    /** Returns benchdnn's name of it, such as {@code BWD_D}. */
    public String shortName() {
        return names.get(1);
    }

    /** Returns such as {@code backward-data}. */
    @Override
    public String toString() {
        return names.get(0);
    }
}
