package io.github.faltung.cli;

import io.github.faltung.Faltung;
import io.github.faltung.convolution.Engine;
import io.github.faltung.onednn.OneDnnEngine;
import io.github.faltung.onednn.OneDnnInfo;
import io.github.faltung.reference.ReferenceEngine;
import java.util.Locale;

/** The engines that a command line can ask for. */
enum EngineChoice {
    /** What most programs use. */
    PLANNED {
        @Override
        Engine open() {
            return Faltung.open();
        }

        @Override
        String describe() {
            return "planned over " + ONEDNN.describe();
        }
    },
    ONEDNN {
        @Override
        Engine open() {
            return OneDnnEngine.open();
        }

        @Override
        String describe() {
            OneDnnInfo info = OneDnnEngine.info();
            return "oneDNN " + info.version() + ", " + info.effectiveIsa() + ", " + info.threads()
                    + (info.threads() == 1 ? " thread, " : " threads, ") + info.platform();
        }
    },
    REFERENCE {
        @Override
        Engine open() {
            return new ReferenceEngine();
        }

        @Override
        String describe() {
            return "the Java reference, 1 thread";
        }
    };

    /** Opens one; the caller closes it. */
    abstract Engine open();

    /** Returns what runs, in one line; the engine was opened before. */
    abstract String describe();

    /** Returns the name as it is typed. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
