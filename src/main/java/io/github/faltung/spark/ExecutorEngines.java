package io.github.faltung.spark;

import io.github.faltung.Faltung;
import io.github.faltung.convolution.Engine;
import io.github.faltung.onednn.OneDnnOptions;
import io.github.faltung.planning.PlanningOptions;
import io.github.faltung.planning.Wisdom;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The engines of this process: one for all tasks that want the same, opened when the first task asks and closed when the process ends, or
 * in a driver that computes itself ({@code local[n]}) when its application does.
 *
 * <p>An executor usually has one engine: all its tasks have the same {@code spark.task.cpus} and, but for wisdom that a program changes between its
 * jobs, the same wisdom. Nothing is measured here: what one executor found to be fastest need not be what another found, and
 * their results would differ in the last bits.
 *
 * <p>Why a hook of the JVM and no plugin of Spark's: a plugin has to be named in the configuration before the application starts.
 */
final class ExecutorEngines {
    private static final Map<Settings, Engine> OPEN = new HashMap<>();

    private static boolean hooked;

    private ExecutorEngines() {}

    /**
     * What distinguishes engines.
     *
     * @param threads that may work on one call, the caller's counted
     * @param wisdom the text of a wisdom file, or an empty one
     */
    record Settings(int threads, String wisdom) {}

    /** Returns the engine of such settings. Nobody but this class closes it. */
    static synchronized Engine get(Settings settings) {
        if (!hooked) {
            Runtime.getRuntime().addShutdownHook(new Thread(ExecutorEngines::closeAll, "faltung-close-engines"));
            hooked = true;
        }
        Engine engine = OPEN.get(settings);
        if (engine == null) {
            engine = open(settings);
            OPEN.put(settings, engine);
        }
        return engine;
    }

    /** Closes the engines with their layers, after the calls in progress. Later tasks open new ones. */
    static void closeAll() {
        List<Engine> all;
        synchronized (ExecutorEngines.class) {
            all = new ArrayList<>(OPEN.values());
            OPEN.clear();
        }
        all.forEach(Engine::close);
    }

    /** Returns those that are open. */
    static synchronized Map<Settings, Engine> all() {
        return Map.copyOf(OPEN);
    }

    /** Opens an engine that the caller closes. */
    static Engine open(Settings settings) {
        PlanningOptions options = PlanningOptions.DEFAULT;
        if (!settings.wisdom().isEmpty()) {
            options = options.withWisdom(wisdom(settings.wisdom()));
        }
        return Faltung.open(options, OneDnnOptions.DEFAULT.withThreads(settings.threads()));
    }

    /** Wisdom reads its file once, and writes it only where something is measured. */
    private static Wisdom wisdom(String text) {
        try {
            Path file = Files.createTempFile("faltung", ".wisdom");
            try {
                Files.writeString(file, text);
                return Wisdom.at(file);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("wisdom can't be written to this machine's temporary files", e);
        }
    }
}
