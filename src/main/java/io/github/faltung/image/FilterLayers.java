package io.github.faltung.image;

import io.github.faltung.Faltung;
import io.github.faltung.convolution.Engine;
import io.github.faltung.tensor.Lifetime;
import java.lang.ref.Cleaner;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The layers of kernels on one engine. At most so many are open at once: the one that was not used for the longest time is closed, when its
 * last user has left. All are closed when nobody can reach this any more. Thread-safe.
 */
final class FilterLayers {
    /** Programs make operations anew for each image, mostly of the same few kernels. */
    private static final int SHARED_LAYERS = 64;

    /** An operation has one for whole samples, and some for bytes, in strips of pictures' widths. */
    private static final int OWN_LAYERS = 4;

    private static final Cleaner CLEANER = Cleaner.create();

    private static final FilterLayers SHARED = new FilterLayers(FilterLayers::sharedEngine, SHARED_LAYERS);

    private static @Nullable Engine sharedEngine;

    private final Supplier<Engine> engine;
    private final int most;
    private final Map<Object, Entry> entries;

    /** A layer that is closed when it has been dropped and nobody uses it. */
    private record Entry(Object layer, Lifetime lifetime) {}

    private FilterLayers(Supplier<Engine> engine, int most) {
        this.engine = engine;
        this.most = most;
        Map<Object, Entry> all = new LinkedHashMap<>(16, 0.75f, true);
        this.entries = all;
        CLEANER.register(this, () -> new ArrayList<>(all.values()).forEach(entry -> entry.lifetime.closeWhenUnused()));
    }

    /** Returns those of the engine that all operations share which were given none; it is opened at the first use and stays open. */
    static FilterLayers shared() {
        return SHARED;
    }

    /** Makes the layers of an operation's own on the caller's engine, which stays the caller's. */
    static FilterLayers on(Engine engine) {
        return new FilterLayers(() -> engine, OWN_LAYERS);
    }

    /** Returns the engine, which has threads to share out strips to. */
    Engine engine() {
        return engine.get();
    }

    private static synchronized Engine sharedEngine() {
        Engine open = sharedEngine;
        if (open == null) {
            open = Faltung.open(); // if it fails, the next caller is told so, too
            sharedEngine = open;
        }
        return open;
    }

    /**
     * Calls {@code body} with a layer.
     *
     * @param key tells layers apart, also those of different types
     * @param open makes the layer if there is none of that key
     * @param close closes it
     * @throws IllegalStateException if the engine is closed
     */
    <T> void use(Object key, Function<Engine, T> open, Consumer<T> close, Consumer<T> body) {
        Entry entry = enter(key, open, close);
        try {
            @SuppressWarnings("unchecked") // whoever made the entry had the same key, and so the same type
            T layer = (T) entry.layer;
            body.accept(layer);
        } finally {
            entry.lifetime.exit();
        }
    }

    private <T> Entry enter(Object key, Function<Engine, T> open, Consumer<T> close) {
        synchronized (entries) {
            Entry entry = entries.get(key);
            if (entry == null) {
                T layer = open.apply(engine.get());
                entry = new Entry(layer, new Lifetime("layer of " + key, () -> close.accept(layer)));
                entries.put(key, entry);
                if (entries.size() > most) {
                    var eldest = entries.entrySet().iterator();
                    eldest.next().getValue().lifetime.closeWhenUnused();
                    eldest.remove();
                }
            }
            entry.lifetime.enter();
            return entry;
        }
    }
}
