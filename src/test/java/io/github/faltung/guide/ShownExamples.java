package io.github.faltung.guide;

import io.github.faltung.convolution.Engine;
import io.github.faltung.guide.PageContents.Example;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Runs the examples of pages, and compares what they print with what the page shows. */
record ShownExamples(SnippetCompiler compiler, Engine engine, Path folder) {
    void run(Example example) throws Exception {
        PrintStream out = System.out;
        var printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            compiler.runner(example.snippet()).run(engine, folder);
        } finally {
            System.setOut(out);
        }
        String place = example.snippet().place();
        example.output().ifPresent(shown -> shown.requireLines(place, printed.toString(StandardCharsets.UTF_8)));
    }
}
