package io.github.faltung.spark;

import java.util.Iterator;
import java.util.function.Function;

/**
 * What a function makes of each element, when it is asked for: a task holds one result at a time.
 *
 * @param source what it is made of
 * @param function never returns {@code null}
 */
record MappedRows<S, T>(Iterator<S> source, Function<S, T> function) implements Iterator<T> {
    @Override
    public boolean hasNext() {
        return source.hasNext();
    }

    @Override
    public T next() {
        return function.apply(source.next());
    }
}
