package io.github.faltung.cli;

import io.github.faltung.convolution.Engine;
import picocli.CommandLine.Option;

/** The option {@code --engine} of the commands that show what one engine computes. Each has a default of its own. */
final class EngineOption {
    @Option(
            names = "--engine",
            paramLabel = "E",
            description = "What computes: ${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}.")
    private EngineChoice choice;

    EngineOption(EngineChoice byDefault) {
        choice = byDefault;
    }

    /** Opens the one that was asked for; the caller closes it. */
    Engine open() {
        return choice.open();
    }
}
