package io.github.faltung.guide;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.Faltung;
import io.github.faltung.convolution.Engine;
import io.github.faltung.guide.PageContents.Example;
import io.github.faltung.spark.LocalSpark;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the guide's page on Spark shows compiles, runs, and prints what it shows: apart, since Spark wants a JVM of its own. */
@Tag("spark")
@ExtendWith(LocalSpark.class)
class SparkGuideTest {
    @TempDir
    private static Path folder;

    @TestFactory
    Stream<DynamicTest> examples_all_printWhatThePageShows() throws IOException {
        try (InputStream photo = GuideTest.class.getResourceAsStream(GuideTest.PHOTO)) {
            Files.copy(photo, folder.resolve("photo.png"));
        }
        var page = new PageContents(MarkdownPage.read(Documents.SPARK));
        List<Example> examples = page.shows.stream().map(Example.class::cast).toList();
        assertThat(examples).hasSizeGreaterThan(2);
        SnippetCompiler compiler = SnippetCompiler.compile(
                examples.stream().map(Example::snippet).toList(), Files.createDirectory(folder.resolve("classes")));
        Engine engine = Faltung.open();
        var runs = new ShownExamples(compiler, engine, folder);
        return examples.stream()
                .map(example -> DynamicTest.dynamicTest(example.snippet().place(), () -> runs.run(example)))
                .onClose(() -> close(compiler, engine));
    }

    private static void close(SnippetCompiler compiler, Engine engine) {
        engine.close();
        try {
            compiler.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
