package io.github.faltung.onednn;

import io.github.faltung.convolution.Explanation;

/** What a plan has compiled: steps that run one after the other, not yet bound to memory. Immutable. */
interface Schedule {
    /** Makes the steps ready to run between two tensors. */
    void bind(Binding binding);

    /** Returns the bytes that a call in progress needs: scratchpads and copies. */
    long contextBytes();

    /** Tells what runs, given how much is kept of weights in the implementations' own layouts. */
    Explanation explain(String engineName, long packedWeightsBytes);

    /** Returns the problem, as messages quote it. */
    Object problem();
}
