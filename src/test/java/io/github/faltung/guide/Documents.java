package io.github.faltung.guide;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The project's Markdown files. */
final class Documents {
    /** The guide's pages. */
    static final Path GUIDE = Path.of("src/site/markdown");

    /** The one whose snippets run apart from the others'. */
    static final Path SPARK = GUIDE.resolve("spark.md");

    private static final List<Path> FOLDERS = List.of(
            GUIDE, Path.of("native-config"), Path.of("benchmarks"), Path.of("benchmarks/results"), Path.of(".github"));

    private Documents() {}

    /** Returns those whose snippets run together: the guide's pages, all but that on Spark, and the README. */
    static List<Path> guide() throws IOException {
        var all = new ArrayList<>(in(GUIDE));
        all.remove(SPARK);
        all.add(Path.of("README.md"));
        return all;
    }

    /** Returns all. */
    static List<Path> all() throws IOException {
        var all = new ArrayList<>(in(Path.of("")));
        for (Path folder : FOLDERS) {
            all.addAll(in(folder));
        }
        return all;
    }

    private static List<Path> in(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }
}
