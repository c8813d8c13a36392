package io.github.faltung.image;

/** What a drawing lies on. */
public enum Theme {
    /** Dark ink on white. */
    LIGHT,
    /** Light ink on near-black. */
    DARK
}
