package io.github.faltung;

import io.github.faltung.convolution.Engine;
import io.github.faltung.onednn.NativeLoadException;
import io.github.faltung.onednn.OneDnnEngine;
import io.github.faltung.onednn.OneDnnOptions;
import io.github.faltung.planning.PlanningEngine;
import io.github.faltung.planning.PlanningOptions;
import io.github.faltung.reference.ReferenceEngine;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Where most programs begin: opens the engine that runs layers on oneDNN, each said in the way that is estimated to be the fastest.
 *
 * <pre>{@code
 * try (Engine engine = Faltung.open(); Convolution conv = engine.convolution(layer, weights, bias)) {
 *     conv.forward(src, dst);
 * }
 * }</pre>
 */
public final class Faltung {
    private Faltung() {}

    /**
     * Opens the engine with default options; the caller closes it.
     *
     * @throws NativeLoadException if the native libraries can't be loaded: says what was tried, why it failed, and the remedy
     */
    public static Engine open() {
        return open(PlanningOptions.DEFAULT);
    }

    /**
     * Opens the engine; the caller closes it. Layers that are not planned, such as poolings and those of integers, keep as many plans.
     *
     * @throws NativeLoadException if the native libraries can't be loaded
     */
    public static Engine open(PlanningOptions options) {
        return open(options, OneDnnOptions.DEFAULT.withPlansPerLayer(options.plansPerLayer()));
    }

    /**
     * Opens the engine on so many threads, those of the callers included; the caller closes it.
     *
     * @param threads that all calls in progress share, from 1 to {@link OneDnnOptions#MOST_THREADS}
     * @throws IllegalArgumentException if it is another number
     * @throws NativeLoadException if the native libraries can't be loaded
     * @throws UnsupportedOperationException if it is another number than the default, and it can't be set
     */
    public static Engine open(int threads) {
        return open(PlanningOptions.DEFAULT, OneDnnOptions.DEFAULT.withThreads(threads));
    }

    /**
     * Opens the engine; the caller closes it.
     *
     * @param planning how it decides in which way to say a convolution
     * @param oneDnn how oneDNN is set up: on how many threads, and how many plans layers keep that are not planned, such as poolings
     * @throws NativeLoadException if the native libraries can't be loaded
     * @throws UnsupportedOperationException if there is to be another number of threads than the default, and it can't be set
     */
    public static Engine open(PlanningOptions planning, OneDnnOptions oneDnn) {
        Objects.requireNonNull(planning, "planning");
        Objects.requireNonNull(oneDnn, "oneDnn");
        Engine engine = OneDnnEngine.open(oneDnn);
        try {
            return PlanningEngine.over(engine, planning);
        } catch (Throwable e) {
            engine.close();
            throw e;
        }
    }

    /**
     * Opens the engine, or if the native libraries can't be loaded the pure-Java reference, which is right and slow.
     *
     * @param fallenBack is told why, if the reference is opened
     */
    public static Engine openOrReference(Consumer<NativeLoadException> fallenBack) {
        Objects.requireNonNull(fallenBack, "fallenBack");
        try {
            return open();
        } catch (NativeLoadException e) {
            fallenBack.accept(e);
            return new ReferenceEngine();
        }
    }
}
