package io.github.faltung.checking;

/**
 * Values for the tensors of a problem, each a function of its position in channels-first order, so that they are the same in every
 * layout. Immutable.
 */
public sealed interface Fill permits ExactFill, IntegerFill, RealFill {
    /** Returns an element of {@code [MB, IC, spatial…]}. */
    float src(long position);

    /** Returns an element of {@code [OC, IC/G, k…]}, transposed {@code [IC, OC/G, k…]}. */
    float weights(long position);

    /** Returns an element of {@code [OC]}. */
    float bias(long position);

    /** Returns an element of {@code [MB, OC, spatial…]}, as it is before the call. */
    float dst(long position);
}
