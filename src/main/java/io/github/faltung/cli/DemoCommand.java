package io.github.faltung.cli;

import io.github.faltung.convolution.Engine;
import io.github.faltung.reference.ReferenceEngine;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code faltung demo}: every kind of convolution on a photograph, beside the Java reference. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description =
                "Runs every kind of convolution on a photograph, beside the Java reference, and checks each result. "
                        + "Writes filtered pictures and a page.",
        footer = "The last line is 'N passed, N failed'. Exits with 1 if any failed.")
final class DemoCommand implements Callable<Integer> {
    /** Long enough for the fastest of several calls, even where another process interferes. */
    private static final double REPEAT_MILLIS = 100;

    @Option(
            names = "--image",
            paramLabel = "F",
            description = "A picture instead of the bundled one: PNG, JPEG, GIF, BMP or TIFF.")
    private @Nullable Path image;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "Where to write pictures and page; default: target/demo in a Maven project, else faltung-demo.")
    private @Nullable Path out;

    @Option(
            names = "--engine",
            paramLabel = "E",
            defaultValue = "planned",
            description = "What is shown beside the reference: ${COMPLETION-CANDIDATES}; default: ${DEFAULT-VALUE}.")
    private EngineChoice choice = EngineChoice.PLANNED;

    private final double repeatMillis;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    DemoCommand() {
        this(REPEAT_MILLIS);
    }

    /** Makes a command that times its calls for longer or shorter. */
    DemoCommand(double repeatMillis) {
        this.repeatMillis = repeatMillis;
    }

    @Override
    public Integer call() throws IOException {
        DemoPhoto photo = image == null ? DemoPhoto.bundled() : DemoPhoto.read(image);
        DemoFolder folder = DemoFolder.prepare(out == null ? DemoFolder.defaultPath() : out);
        try (Engine engine = choice.open()) {
            return demonstrate(engine, choice.describe(), photo, folder);
        }
    }

    /**
     * Runs all rows and writes all files.
     *
     * @param engine what is shown beside the reference
     * @param description of the engine, in one line
     * @return the exit code
     */
    int demonstrate(Engine engine, String description, DemoPhoto photo, DemoFolder folder) throws IOException {
        PrintWriter printer = spec.commandLine().getOut();
        List<DemoRow> rows = DemoRows.all();
        var table = new DemoTable(printer, rows);
        var progress = new DemoProgress(spec.commandLine().getErr(), StatusLine.isConsole(), rows.size());
        var results = new ArrayList<DemoResult>();
        var lessons = new ArrayList<DemoLesson.Outcome>();
        var drawings = new ArrayList<DemoDrawing>();
        printer.println(photo.description() + " on " + description + "; beside it plain Java on 1 thread");
        table.printHeader(engine.name());
        try (Engine reference = new ReferenceEngine()) {
            var runner = new DemoRunner(engine, reference, photo.picture(), repeatMillis);
            for (DemoRow row : rows) {
                progress.next(row.name());
                DemoResult result = runner.run(row);
                progress.clear();
                table.print(result);
                results.add(result);
            }
            drawings.addAll(draw(reference, photo, printer));
        }
        printer.println("Training");
        for (DemoLesson lesson : DemoLesson.values()) {
            lessons.add(lesson.learn(engine, photo.picture()));
            printer.println("  " + lessons.get(lessons.size() - 1));
        }
        var page = new DemoPage(engine.name(), description, photo, results, lessons, drawings);
        folder.write(page).forEach(file -> printer.println("wrote " + file));
        printer.println(page.verdict());
        return page.passed() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    /** Drawings illustrate, the rows prove: where there is no font to draw with, the demo says so and goes on. */
    private static List<DemoDrawing> draw(Engine reference, DemoPhoto photo, PrintWriter printer) {
        try {
            return DemoDrawing.all(reference, photo.picture());
        } catch (IllegalStateException e) {
            printer.println("drawings are left out: " + e.getMessage());
            return List.of();
        }
    }
}
