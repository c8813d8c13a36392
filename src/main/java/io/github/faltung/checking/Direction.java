package io.github.faltung.checking;

import java.util.Arrays;

/** What is computed of a layer, by the library's name and by those of oneDNN's benchdnn (3.11, {@code doc/knobs_dir.md}). */
public enum Direction {
    /** The output. */
    FORWARD("forward", "FWD_B", "FWD_B"),
    /** The gradient by the source. */
    BACKWARD_DATA("backward-data", "BWD_D", "BWD_D"),
    /** The gradients by the weights and by the bias. */
    BACKWARD_WEIGHTS("backward-weights", "BWD_W", "BWD_WB");

    private final String text;
    private final String shortName;
    private final String withBias;

    Direction(String text, String shortName, String withBias) {
        this.text = text;
        this.shortName = shortName;
        this.withBias = withBias;
    }

    private boolean isCalled(String name) {
        return name.equalsIgnoreCase(text) || name.equalsIgnoreCase(shortName) || name.equalsIgnoreCase(withBias);
    }

    /**
     * Returns the direction of a name, in any case.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Direction parse(String name) {
        return Arrays.stream(values())
                .filter(each -> each.isCalled(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("direction must be one of " + Arrays.toString(values())
                        + ", or of FWD_B, BWD_D, BWD_W, BWD_WB, but was '" + name + "'"));
    }

    /** Returns benchdnn's name of it, such as {@code BWD_D}. */
    public String shortName() {
        return shortName;
    }

    /** Returns such as {@code backward-data}. */
    @Override
    public String toString() {
        return text;
    }
}
