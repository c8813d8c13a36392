package io.github.faltung.planning;

import java.util.List;

/**
 * One way of saying convolutions as other convolutions that compute the same. Adding one touches no other: a small class and a line in
 * {@link Formulations}.
 */
interface Formulation {
    /** Returns the ways in which a task can be said so: none if it can't. */
    List<Draft> drafts(Task task);

    /**
     * Returns whether weights said so have zeros more. A zero times an infinity, or times what is not a number, is not a number: then
     * outputs see it whose windows don't.
     */
    default boolean addsZeros() {
        return false;
    }
}
