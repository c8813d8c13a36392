package io.github.faltung.convolution;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Lifetime;
import io.github.faltung.tensor.Tensor;

/**
 * Something that an engine has prepared and that owns memory: a convolution, its gradients, a pooling.
 *
 * <p>Thread-safe. Whoever made it closes it, or its engine does; closing waits for calls in progress.
 */
public abstract class Layer implements AutoCloseable {
    private final Engine engine;
    private final Lifetime lifetime;

    /**
     * Makes an open layer.
     *
     * @param engine which closes it, if nobody did before
     * @param description what it is, as messages name it
     * @param free frees what the layer owns; must not refer to the layer
     */
    protected Layer(Engine engine, String description, Runnable free) {
        this.engine = engine;
        String name = engine.name() + " layer " + description;
        this.lifetime = engine.adopt(name, free);
        Forgotten.watch(this, name, lifetime);
    }

    /** Returns the engine that made this layer. */
    public final Engine engine() {
        return engine;
    }

    /**
     * Begins a call, to be ended by {@link #exit} in a {@code finally} block.
     *
     * @throws IllegalStateException if closed
     */
    protected final void enter() {
        lifetime.enter();
    }

    /** Begins a call as {@link #enter} does, or returns false if closed. */
    protected final boolean tryEnter() {
        return lifetime.tryEnter();
    }

    /** Ends a call. */
    protected final void exit() {
        lifetime.exit();
    }

    /**
     * Has what uses this layer's memory be closed before it.
     *
     * @throws IllegalStateException if this layer is closed
     */
    final void freeAfter(Layer dependent) {
        lifetime.freeAfter(dependent.lifetime);
    }

    /** Allocates an output: channels last if the source is, else channels first. */
    static Tensor allocateLike(Tensor src, DataType type, Dims dims) {
        boolean last = src.isDense(Layout.CHANNELS_LAST) && !src.isDense(Layout.CHANNELS_FIRST);
        return Tensor.allocate(type, dims, last ? Layout.CHANNELS_LAST : Layout.CHANNELS_FIRST);
    }

    /** Closes the routines that run this layer, without waiting: what they were compiled for holds no longer. */
    protected final void closeRoutines() {
        lifetime.closeDependents();
    }

    /**
     * Calls {@code body} between calls, those of routines that run this layer included: waits for those in progress, and makes new ones wait.
     *
     * @throws IllegalStateException if closed
     */
    protected final void alone(Runnable body) {
        lifetime.alone(body);
    }

    /** Frees what the layer owns, after the calls in progress. A second call does nothing. */
    @Override
    public final void close() {
        lifetime.close();
    }
}
