package io.github.faltung.convolution;

import java.util.List;

/**
 * What runs when a layer is applied to a source: the truth, asked of the engine.
 *
 * @param problem the layer and the source, as a line
 * @param engine which engine
 * @param formulation how the problem was said to the engine: {@code direct}, or what was done to it
 * @param implementation the engine's name of the code that runs, such as {@code brg_conv_fwd:avx512_core}
 * @param packedWeightsBytes what the layer keeps of weights in the implementation's own layout
 * @param scratchpadBytes working memory of one call in progress, copies made for layout or padding included
 * @param notes why it is so, where that is not obvious; empty if it is
 */
public record Explanation(
        String problem,
        String engine,
        String formulation,
        String implementation,
        long packedWeightsBytes,
        long scratchpadBytes,
        List<String> notes) {
    /** Copies the notes. */
    public Explanation {
        notes = List.copyOf(notes);
    }

    /** Returns one line, and one more for each note. */
    @Override
    public String toString() {
        String line = problem + ": " + engine + " " + formulation + ", " + implementation + ", weights "
                + packedWeightsBytes + " bytes, scratchpad " + scratchpadBytes + " bytes";
        return notes.isEmpty() ? line : line + "\n  " + String.join("\n  ", notes);
    }
}
