package io.github.faltung.cli;

/** How a row's layer is deformed. */
enum DemoDeformation {
    /** Not at all. */
    NONE(1, false),
    /** By offsets that all channels share. */
    OFFSETS(1, false),
    /** By offsets and masks, one for each half of the channels. */
    OFFSETS_AND_MASK(2, true);

    private final int offsetGroups;
    private final boolean masked;

    DemoDeformation(int offsetGroups, boolean masked) {
        this.offsetGroups = offsetGroups;
        this.masked = masked;
    }

    int offsetGroups() {
        return offsetGroups;
    }

    boolean isMasked() {
        return masked;
    }
}
