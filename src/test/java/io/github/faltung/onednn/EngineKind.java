package io.github.faltung.onednn;

import io.github.faltung.Faltung;
import io.github.faltung.checking.CheckedEngine;
import io.github.faltung.convolution.Engine;
import io.github.faltung.reference.ReferenceEngine;
import java.util.List;

/** The engines that hold native memory, themselves or through another. */
enum EngineKind {
    ONEDNN,
    PLANNED,
    CHECKED;

    /**
     * An engine, and those that it runs on if closing it leaves them open.
     *
     * @param engine closed first
     */
    record Opened(Engine engine, List<Engine> others) implements AutoCloseable {
        @Override
        public void close() {
            engine.close();
            others.forEach(Engine::close);
        }
    }

    Opened open() {
        return switch (this) {
            case ONEDNN -> new Opened(OneDnnEngine.open(), List.of());
            case PLANNED -> new Opened(Faltung.open(), List.of());
            case CHECKED -> checked(new ReferenceEngine());
        };
    }

    private static Opened checked(Engine reference) {
        Engine inner = null;
        try {
            inner = Faltung.open();
            return new Opened(CheckedEngine.of(inner, reference), List.of(inner, reference));
        } catch (Throwable e) {
            if (inner != null) {
                inner.close();
            }
            reference.close();
            throw e;
        }
    }
}
