package io.github.faltung.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where targets write: folders below that of the property {@value #PROPERTY}, best in memory, or below the working one. Whoever starts the JVM deletes
 * them.
 */
final class Scratch {
    private static final String PROPERTY = "faltung.fuzz.scratch";

    private Scratch() {}

    static Path folder(String target) {
        try {
            return Files.createDirectories(Path.of(System.getProperty(PROPERTY, "scratch"), target));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
