package io.github.faltung.planning;

import java.util.function.UnaryOperator;

/**
 * How a task's parameters are made of the layer's.
 *
 * @param name tells recipes of one layer apart: tasks with equal layers and equal names have equal parameters
 * @param change makes them; may be slow, and runs once for each layer and name
 */
record Recipe(String name, UnaryOperator<Parameters> change) {
    /** Leaves them as they are. */
    static final Recipe NONE = new Recipe("", UnaryOperator.identity());

    /** Returns this recipe with another step behind it. */
    Recipe then(String step, UnaryOperator<Parameters> more) {
        return new Recipe(name + "/" + step, parameters -> more.apply(change.apply(parameters)));
    }
}
