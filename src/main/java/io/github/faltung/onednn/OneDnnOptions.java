package io.github.faltung.onednn;

/**
 * How a oneDNN engine is set up.
 *
 * @param plansPerLayer for how many combinations of source and destination shape a layer keeps what it compiled, at least 1; a shape
 *     beyond that evicts the one that was not used for longest
 */
public record OneDnnOptions(int plansPerLayer) {
    /** Sixteen plans a layer: a batch of every power of two, or a handful of picture sizes in two layouts. */
    public static final OneDnnOptions DEFAULT = new OneDnnOptions(16);

    /** Checks the bound. */
    public OneDnnOptions {
        if (plansPerLayer < 1) {
            throw new IllegalArgumentException("plansPerLayer must be at least 1, but was " + plansPerLayer);
        }
    }
}
