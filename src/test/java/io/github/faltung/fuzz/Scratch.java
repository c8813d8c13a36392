package io.github.faltung.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where targets write: folders below the working one, which whoever starts the JVM makes, and deletes if it likes. */
final class Scratch {
    private Scratch() {}

    static Path folder(String target) {
        try {
            return Files.createDirectories(Path.of("scratch", target));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
