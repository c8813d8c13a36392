package io.github.faltung.cli;

import io.github.faltung.image.Theme;
import picocli.CommandLine.Option;

/** The option {@code --dark} of the commands that draw. */
final class DarkOption {
    @Option(names = "--dark", description = "Light ink on a dark ground.")
    private boolean dark;

    /** Returns the colours that were asked for. */
    Theme theme() {
        return dark ? Theme.DARK : Theme.LIGHT;
    }
}
