package io.github.faltung.benchmarks.peer;

import io.github.faltung.benchmarks.workload.LayerWorkload;
import java.util.ServiceLoader;

/**
 * A peer that is built and downloaded only for who names it, a project of its own below {@code extra}: its natives are large, and of another
 * version of the presets' runtime. Found as a service in its own JVM.
 */
public interface ExtraPeer {
    /** Returns its name on the command line. */
    String name();

    /**
     * Makes a layer ready.
     *
     * @throws Refusal if it does not compute such layers
     */
    Prepared prepare(LayerWorkload workload, int threads);

    /** Returns the peer of a name. */
    static ExtraPeer named(String name) {
        return ServiceLoader.load(ExtraPeer.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(peer -> peer.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("not on the class path: " + name));
    }
}
