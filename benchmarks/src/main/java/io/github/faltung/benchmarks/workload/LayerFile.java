package io.github.faltung.benchmarks.workload;

import io.github.faltung.tensor.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/** A text file of layers, one a line: a problem line with a name. Empty lines and those that begin with # are passed over. */
public final class LayerFile {
    private LayerFile() {}

    /**
     * Reads a file.
     *
     * @param wanted which names
     * @throws IllegalArgumentException if a line is no problem line, or there is no wanted one
     */
    public static List<LayerWorkload> read(Path file, Layout layout, Predicate<String> wanted) throws IOException {
        List<LayerWorkload> layers = Files.readAllLines(file).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .map(line -> LayerWorkload.of(line, layout))
                .filter(layer -> wanted.test(layer.name()))
                .toList();
        if (layers.isEmpty()) {
            throw new IllegalArgumentException("layers must not be none, but no wanted one is in " + file);
        }
        return layers;
    }
}
