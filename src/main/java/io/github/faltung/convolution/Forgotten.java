package io.github.faltung.convolution;

import io.github.faltung.tensor.Lifetime;
import java.lang.ref.Cleaner;

/** Frees what nobody closed and nobody can reach any more, and says so once. */
final class Forgotten {
    private static final Cleaner CLEANER = Cleaner.create();
    private static final System.Logger LOG = System.getLogger("io.github.faltung");

    private Forgotten() {}

    static void watch(Object owner, String name, Lifetime lifetime) {
        CLEANER.register(owner, () -> {
            if (!lifetime.isClosed()) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "{0} was never closed and has been freed by the garbage collector; use try-with-resources",
                        name);
                lifetime.closeWhenUnused();
            }
        });
    }
}
