package io.github.faltung.fuzz;

import io.github.faltung.Faltung;
import io.github.faltung.convolution.Engine;
import io.github.faltung.onednn.OneDnnEngine;
import io.github.faltung.reference.ReferenceEngine;
import java.util.List;

/** The engines that targets run on: opened at the first use, open until the JVM ends. */
final class Engines {
    private static final List<Engine> ALL = List.of(OneDnnEngine.open(), Faltung.open(), new ReferenceEngine());

    private Engines() {}

    static List<Engine> all() {
        return ALL;
    }

    static Engine planned() {
        return ALL.get(1);
    }
}
