package io.github.faltung.convolution;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Layout;
import java.util.Objects;
import java.util.function.IntConsumer;

/**
 * An engine that has another one compute: as fast as that, on that one's threads. What it makes of layers, its subclass says.
 *
 * <p>Thread-safe.
 */
public abstract class WrappingEngine extends Engine {
    private final Engine wrapped;

    /**
     * Makes an open engine.
     *
     * @param name as {@link #name} returns it and messages quote it
     * @param wrapped what computes
     * @param free frees what the engine itself owns, after its layers are closed; must not refer to the engine
     */
    protected WrappingEngine(String name, Engine wrapped, Runnable free) {
        super(name, free);
        this.wrapped = Objects.requireNonNull(wrapped, "wrapped");
    }

    /** Returns what computes. */
    protected final Engine wrapped() {
        return wrapped;
    }

    @Override
    public String fingerprint() {
        return wrapped.fingerprint();
    }

    @Override
    public double relativeSpeed(DataType type) {
        return wrapped.relativeSpeed(type);
    }

    @Override
    public int lanes() {
        return wrapped.lanes();
    }

    @Override
    public int vectorLength() {
        return wrapped.vectorLength();
    }

    @Override
    public Layout chainLayout(Layout src) {
        return wrapped.chainLayout(src);
    }

    @Override
    public int threads() {
        return wrapped.threads();
    }

    @Override
    protected void shareOut(int parts, IntConsumer body) {
        wrapped.forEach(parts, body);
    }
}
