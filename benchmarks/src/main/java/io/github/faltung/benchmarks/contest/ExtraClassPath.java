package io.github.faltung.benchmarks.contest;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the opt-in peers are. */
final class ExtraClassPath {
    /** The folder of their projects. */
    private static final Path PROJECTS = Path.of(System.getProperty("faltung.benchmarks.extra", "extra"));

    private ExtraClassPath() {}

    /**
     * Returns the class path of a peer's JVM.
     *
     * @throws IllegalArgumentException if it is not built
     */
    static String of(String peer) {
        Path target = PROJECTS.resolve(peer).resolve("target");
        Path dependencies = target.resolve("class-path");
        if (!Files.isReadable(dependencies)) {
            throw new IllegalArgumentException("peer " + peer
                    + " must be built, as benchmarks/run does where --peers names it: no " + dependencies);
        }
        try {
            return target.resolve("classes") + File.pathSeparator + Files.readString(dependencies);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
