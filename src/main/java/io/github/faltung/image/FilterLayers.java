package io.github.faltung.image;

import io.github.faltung.Faltung;
import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Engine;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Lifetime;
import io.github.faltung.tensor.Tensor;
import java.lang.ref.Cleaner;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The layers of kernels on one engine. At most so many are open at once: the one that was not used for the longest time is closed, when its
 * last user has left. All are closed when nobody can reach this any more. Thread-safe.
 */
final class FilterLayers {
    /** Programs make operations anew for each image, mostly of the same few kernels. */
    private static final int SHARED_LAYERS = 64;

    private static final Cleaner CLEANER = Cleaner.create();

    private static final FilterLayers SHARED = new FilterLayers(FilterLayers::sharedEngine, SHARED_LAYERS);

    private static @Nullable Engine sharedEngine;

    private final Supplier<Engine> engine;
    private final int most;
    private final Map<ImageKernel, Entry> entries;

    /** A layer that is closed when it has been dropped and nobody uses it. */
    private record Entry(Convolution layer, Lifetime lifetime) {}

    private FilterLayers(Supplier<Engine> engine, int most) {
        this.engine = engine;
        this.most = most;
        Map<ImageKernel, Entry> all = new LinkedHashMap<>(16, 0.75f, true);
        this.entries = all;
        CLEANER.register(this, () -> new ArrayList<>(all.values()).forEach(entry -> entry.lifetime.closeWhenUnused()));
    }

    /** Returns those of the engine that all operations share which were given none; it is opened at the first use and stays open. */
    static FilterLayers shared() {
        return SHARED;
    }

    /** Makes the layers of an operation's own on the caller's engine, which stays the caller's. */
    static FilterLayers on(Engine engine) {
        return new FilterLayers(() -> engine, 1);
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
     * Calls {@code body} with the kernel's layer, {@code [planes, 1, height, width]} to the outputs whose windows are wholly inside.
     *
     * @throws IllegalStateException if the engine is closed
     */
    void use(ImageKernel kernel, Consumer<Convolution> body) {
        Entry entry = enter(kernel);
        try {
            body.accept(entry.layer);
        } finally {
            entry.lifetime.exit();
        }
    }

    private Entry enter(ImageKernel kernel) {
        synchronized (entries) {
            Entry entry = entries.get(kernel);
            if (entry == null) {
                entry = open(kernel);
                entries.put(kernel, entry);
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

    private Entry open(ImageKernel kernel) {
        ConvolutionDescriptor descriptor = ConvolutionDescriptor.conv2d(1, 1)
                .kernel(kernel.height(), kernel.width())
                .flipKernel()
                .build();
        Dims dims = Dims.of(1, 1, kernel.height(), kernel.width());
        try (Tensor weights = Tensor.of(kernel.weights(), dims)) {
            Convolution layer = engine.get().convolution(descriptor, weights);
            return new Entry(layer, new Lifetime("layer of " + kernel.width() + "x" + kernel.height(), layer::close));
        }
    }
}
