package io.github.faltung.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.faltung.ChildJvm;
import io.github.faltung.Faltung;
import io.github.faltung.cli.CommandLineRun;
import io.github.faltung.cli.FaltungCommand;
import io.github.faltung.convolution.Engine;
import io.github.faltung.guide.PageContents.Code;
import io.github.faltung.guide.PageContents.Command;
import io.github.faltung.guide.PageContents.Equivalent;
import io.github.faltung.guide.PageContents.Example;
import io.github.faltung.guide.PageContents.Failing;
import io.github.faltung.guide.PageContents.Jvm;
import io.github.faltung.guide.PageContents.Message;
import io.github.faltung.guide.PageContents.Quotation;
import io.github.faltung.guide.PageContents.Shows;
import io.github.faltung.guide.PageContents.Source;
import io.github.faltung.reference.ReferenceEngine;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Everything that the guide and the README show compiles, runs, and prints what they show. */
@Tag("native")
class GuideTest {
    static final String PHOTO = "/io/github/faltung/cli/chelsea.png";
    private static final String MODEL = "/models/ch_ppocr_mobile_v2.0_cls_infer.onnx";

    /** The jar of an artifact's natives on a class path. */
    private static final String NATIVES = ".*%s-[0-9].*-(linux|macosx|windows)-.*\\.jar";

    /** A word of a command line, with quotes or without. */
    private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");

    /** A word that names a file in the guide's folder. */
    private static final Pattern FILE_NAME = Pattern.compile("[\\w-]+\\.(png|npy|json|onnx|txt|gif)");

    @TempDir
    private static Path folder;

    private static List<PageContents> pages;
    private static SnippetCompiler compiler;
    private static EquivalentCalls calls;
    private static Engine engine;
    private static Engine reference;

    @BeforeAll
    static void compile() throws IOException {
        copy(PHOTO, "photo.png");
        copy(MODEL, "model.onnx");
        var contents = new ArrayList<PageContents>();
        for (Path file : Documents.guide()) {
            contents.add(new PageContents(MarkdownPage.read(file)));
        }
        pages = contents;
        for (PageContents page : pages) {
            for (PageContents.ShownFile file : page.files) {
                Files.writeString(folder.resolve(file.name()), file.text() + "\n");
            }
        }
        compiler = SnippetCompiler.compile(snippets(), Files.createDirectory(folder.resolve("classes")));
        engine = Faltung.open();
        reference = new ReferenceEngine();
        calls = new EquivalentCalls(
                engine, reference, ImageIO.read(folder.resolve("photo.png").toFile()));
    }

    @AfterAll
    static void close() throws IOException {
        reference.close();
        engine.close();
        compiler.close();
    }

    private static void copy(String resource, String name) throws IOException {
        try (InputStream in = GuideTest.class.getResourceAsStream(resource)) {
            Files.copy(in, folder.resolve(name));
        }
    }

    private static List<Snippet> snippets() {
        var all = new ArrayList<Snippet>();
        for (PageContents page : pages) {
            page.shows.stream()
                    .flatMap(shows -> shows instanceof Example example ? Stream.of(example.snippet()) : Stream.of())
                    .forEach(all::add);
            page.messages.stream()
                    .flatMap(message -> message.cause() instanceof Code code ? Stream.of(code.snippet()) : Stream.of())
                    .forEach(all::add);
            page.equivalents.forEach(row -> row.peer().ifPresent(all::add));
            page.equivalents.forEach(row -> all.add(row.ours()));
        }
        return all;
    }

    /** In their order, since what one writes the next may read. */
    @TestFactory
    Stream<DynamicTest> examplesAndCommands_all_printWhatThePageShows() {
        return pages.stream().flatMap(page -> page.shows.stream()).map(GuideTest::test);
    }

    private static DynamicTest test(Shows shows) {
        if (shows instanceof Example example) {
            return DynamicTest.dynamicTest(example.snippet().place(), () -> run(example));
        }
        Command command = (Command) shows;
        return DynamicTest.dynamicTest(command.place() + " " + command.line(), () -> run(command));
    }

    @TestFactory
    Stream<DynamicTest> messages_all_areWhatComes() {
        return pages.stream()
                .flatMap(page -> page.messages.stream())
                .map(message -> DynamicTest.dynamicTest(message.place(), () -> provoke(message)));
    }

    @TestFactory
    Stream<DynamicTest> equivalents_all_doWhatTheTableSays() {
        return pages.stream()
                .flatMap(page -> page.equivalents.stream())
                .map(row -> DynamicTest.dynamicTest(row.ours().place(), () -> run(row)));
    }

    @TestFactory
    Stream<DynamicTest> quotations_all_areVerbatim() {
        return pages.stream()
                .flatMap(page -> page.quotations.stream())
                .map(quotation -> DynamicTest.dynamicTest(quotation.place(), () -> compare(quotation)));
    }

    private static @Nullable Object run(Snippet snippet) throws Exception {
        return compiler.runner(snippet).run(engine, folder);
    }

    private static void run(Example example) throws Exception {
        new ShownExamples(compiler, engine, folder).run(example);
    }

    private static void run(Command command) {
        CommandLineRun run = CommandLineRun.of(arguments(command.place(), command.line()));
        assertThat(run.exitCode()).as(command.place() + ": " + run.errors()).isZero();
        command.output().ifPresent(shown -> shown.requireLines(command.place(), withoutFolder(run.output())));
    }

    private static void provoke(Message message) throws IOException {
        if (message.cause() instanceof Source source) {
            var sources = new StringBuilder();
            for (String file : source.files()) {
                sources.append(Files.readString(Path.of(file)));
            }
            message.text().requireIn(message.place(), sources.toString());
        } else {
            message.text().requireMessage(message.place(), withoutFolder(provoked(message)));
        }
    }

    private static String provoked(Message message) {
        if (message.cause() instanceof Code code) {
            Throwable thrown = catchThrowable(() -> run(code.snippet()));
            assertThat(thrown).as(message.place()).isNotNull();
            return String.valueOf(thrown.getMessage());
        } else if (message.cause() instanceof Failing command) {
            CommandLineRun run = CommandLineRun.of(arguments(message.place(), command.line()));
            assertThat(run.exitCode()).as(message.place()).isNotZero();
            return message(run.errors());
        }
        String[] how = ((Jvm) message.cause()).how().split(" ", 2);
        ChildJvm jvm = how[0].equals("without")
                ? ChildJvm.likeThis().withoutEntries(entry -> entry.matches(NATIVES.formatted(how[1])))
                : ChildJvm.likeThis().withOption(how[1]);
        ChildJvm.Outcome outcome = jvm.run(FaltungCommand.class, "info");
        assertThat(outcome.exitCode()).as(message.place()).isNotZero();
        return message(outcome.output());
    }

    /** Returns the message of a command that failed, which it says behind its name. */
    private static String message(String printed) {
        return printed.strip().replaceFirst("(?s)^.*?faltung \\w+: ", "");
    }

    /** Returns a text that names the guide's files as the page does. */
    private static String withoutFolder(String text) {
        return text.replace(folder + File.separator, "");
    }

    private static void run(Equivalent row) throws Exception {
        String place = row.ours().place();
        Object ours = run(row.ours());
        if (row.peer().isPresent()) {
            calls.runBoth(place, run(row.peer().get()), ours, row.samples());
        } else if (row.sizes().isEmpty()) {
            calls.run(ours);
        } else {
            calls.runLayer(place, ours, row.sizes());
        }
    }

    private static void compare(Quotation quotation) throws IOException {
        String source = Files.readString(Path.of(quotation.file())).indent(0);
        assertThat(source).as(quotation.place()).contains(quotation.text());
    }

    /** Returns the words of a command line after the command's name; files are in the guide's folder. */
    private static List<String> arguments(String place, String line) {
        List<String> words = WORD.matcher(line)
                .results()
                .map(word -> Stream.of(word.group(1), word.group(2), word.group(3))
                        .filter(text -> text != null)
                        .findFirst()
                        .orElseThrow())
                .toList();
        assertThat(words.get(0)).as(place).isEqualTo("faltung");
        return words.stream()
                .skip(1)
                .map(word ->
                        FILE_NAME.matcher(word).matches() ? folder.resolve(word).toString() : word)
                .toList();
    }
}
