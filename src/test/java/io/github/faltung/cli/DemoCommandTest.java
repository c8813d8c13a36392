package io.github.faltung.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.image.Picture;
import io.github.faltung.image.PictureFile;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class DemoCommandTest {
    private static final int ROWS = DemoRows.all().size();
    private static final int ALL = ROWS + DemoLesson.values().length;

    private static final Pattern SOURCE = Pattern.compile(
            "<source media=\"([^\"]*)\" width=\"(\\d+)\" height=\"(\\d+)\" srcset=\"data:([a-z/]+);base64,([^\"]*)\">");

    @TempDir
    private Path folder = Path.of("");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final DemoCommand command = new DemoCommand(0);
    private final CommandLine line = FaltungCommand.commandLine();

    @BeforeEach
    void replaceTheCommandByTheQuickOne() {
        line.getCommandSpec().removeSubcommand("demo");
        line.addSubcommand("demo", command);
        line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    }

    @Test
    void execute_tinyPicture_passesAllRowsAndWritesAllFiles() throws IOException {
        int exitCode = execute(picture("a&b.png", 5, 4));

        assertThat(err.toString().lines()).hasSize(ROWS).first().isEqualTo("[1/" + ROWS + "] emboss ...");
        assertThat(out.toString().lines()).last().isEqualTo(ALL + " passed, 0 failed");
        assertThat(out.toString().lines().filter(text -> text.startsWith("    passed")))
                .hasSize(ROWS)
                .allSatisfy(text -> assertThat(text).endsWith("java"));
        assertThat(exitCode).isZero();
        assertThat(folder.resolve("out")).isDirectoryContaining("glob:**/emboss.png");
        assertThat(PictureFile.read(folder.resolve("out/edges.png"), 100).width())
                .isEqualTo(5);
        for (String drawing : List.of("feature-maps.png", "receptive-field.png", "plain.gif", "transposed.gif")) {
            assertThat(folder.resolve("out").resolve(drawing)).isNotEmptyFile();
        }
        assertThat(Files.readString(folder.resolve("out/index.html")))
                .contains(
                        "a&amp;b.png (5x4)",
                        ALL + " passed, 0 failed",
                        "data:image/png;base64,",
                        "data:image/gif;base64,")
                .doesNotContain("a&b", "{{", "http:", "https:");
    }

    @Test
    void execute_whoWantsNoMotion_seesAllStepsAtOnce() throws IOException {
        execute(picture("small.png", 3, 3));

        String html = Files.readString(folder.resolve("out/index.html"));
        List<String> animations = Pattern.compile("<picture>.*?</picture>")
                .matcher(html)
                .results()
                .map(MatchResult::group)
                .filter(picture -> picture.contains("image/gif"))
                .toList();
        assertThat(animations).hasSize(6);
        for (String animation : animations) {
            var choices = new ArrayList<String>();
            Matcher source = SOURCE.matcher(animation);
            while (source.find()) {
                choices.add(source.group(1) + " " + source.group(4));
                BufferedImage image = ImageIO.read(
                        new ByteArrayInputStream(Base64.getDecoder().decode(source.group(5))));
                assertThat(image.getWidth()).isEqualTo(Integer.parseInt(source.group(2)));
                assertThat(image.getHeight()).isEqualTo(Integer.parseInt(source.group(3)));
            }
            assertThat(choices)
                    .as("the first that holds is shown")
                    .containsExactly(
                            "(prefers-reduced-motion: reduce) and (prefers-color-scheme: dark) image/png",
                            "(prefers-reduced-motion: reduce) image/png",
                            "(prefers-color-scheme: dark) image/gif");
        }
    }

    @Test
    void execute_anyPicture_printsLinesOfAtMost160Columns() throws IOException {
        execute(picture("small.png", 3, 3));

        assertThat(out.toString().lines().filter(text -> !text.startsWith("wrote")))
                .allSatisfy(
                        text -> assertThat(text).hasSizeLessThanOrEqualTo(160).isASCII());
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 40", "2000, 1", "451, 300", "449, 302", "70, 67"})
    void problems_anyPictureSize_areValid(int width, int height) {
        var photo = new Picture(3, width, height, new float[3 * width * height]);

        assertThat(DemoRows.all()).allSatisfy(row -> {
            ConvolutionProblem problem = row.problem(photo);
            assertThat(row.source().values(photo, row.layer().inputChannels()))
                    .hasSize((int) problem.srcDims().elements());
            assertThat(row.subject(photo).toString()).isNotBlank();
        });
    }

    @Test
    void emboss_pixelByHand_isMidGreyPlusTheWeightedSum() throws IOException {
        // All 10, but for one pixel of red 30, green 20, blue 10.
        var planes = new float[3 * 5 * 5];
        Arrays.fill(planes, 10);
        planes[2 * 5 + 2] = 30;
        planes[25 + 2 * 5 + 2] = 20;
        PictureFile.writePng(new Picture(3, 5, 5, planes), folder.resolve("dot.png"));

        execute(folder.resolve("dot.png"));

        Picture emboss = PictureFile.read(folder.resolve("out/emboss.png"), 100).picture();
        assertThat(emboss.at(0, 2, 2)).isEqualTo(128 - 24); // 0.1·8·30 − 0.8·60
        assertThat(emboss.at(0, 1, 2)).isEqualTo(128 + 3); // 0.1·(7·30 + 60) − 0.8·30
        assertThat(emboss.at(0, 0, 0)).isEqualTo(128); // flat, the border included
    }

    @Test
    void edges_verticalStepByHand_areFourTimesTheStep() throws IOException {
        var planes = new float[3 * 4 * 4];
        for (int i = 0; i < planes.length; i++) {
            planes[i] = i % 4 < 2 ? 10 : 40;
        }
        PictureFile.writePng(new Picture(3, 4, 4, planes), folder.resolve("step.png"));

        execute(folder.resolve("step.png"));

        Picture edges = PictureFile.read(folder.resolve("out/edges.png"), 100).picture();
        assertThat(edges.at(0, 1, 0)).isZero();
        assertThat(edges.at(0, 1, 1)).isEqualTo(4 * 30);
        assertThat(edges.at(0, 1, 2)).isEqualTo(4 * 30);
        assertThat(edges.at(0, 1, 3)).isZero();
    }

    @Test
    void demonstrate_engineWithOneWrongElement_failsEachRowAndTheCommand() throws IOException {
        try (Engine wrong = new WrongEngine("<b>wrong</b>", false)) {
            assertThat(demonstrate(wrong)).isEqualTo(1);
        }

        assertThat(out.toString().lines()).last().isEqualTo("0 passed, " + ALL + " failed");
        assertThat(out.toString()).contains("FAILED", "1 of 20 outputs differ, first at position 0");
        assertThat(Files.readString(folder.resolve("out/index.html")))
                .contains("0 passed, " + ALL + " failed", "&lt;b&gt;wrong&lt;/b&gt;", "1 of 20 outputs differ")
                .doesNotContain("<b>");
    }

    @Test
    void demonstrate_engineThatThrows_failsTheRowWithItsReason() throws IOException {
        try (Engine throwing = new WrongEngine("throwing", true)) {
            assertThat(demonstrate(throwing)).isEqualTo(1);
        }

        assertThat(out.toString()).contains("IllegalStateException: out of order");
        assertThat(folder.resolve("out/index.html")).exists();
        assertThat(folder.resolve("out/emboss.png")).doesNotExist();
    }

    @Test
    void execute_missingPicture_isOneLine() {
        assertThat(execute(folder.resolve("none.png"))).isEqualTo(1);

        assertThat(err.toString().lines())
                .containsExactly("faltung demo: can't read --image " + folder.resolve("none.png") + ": no such file");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void execute_noPicture_isOneLine() throws IOException {
        assertThat(execute(Files.writeString(folder.resolve("text.txt"), "text")))
                .isEqualTo(1);

        assertThat(err.toString().lines()).singleElement().asString().contains("text.txt", "must be an image");
    }

    @Test
    void execute_outIsAFile_isOneLine() throws IOException {
        Files.writeString(folder.resolve("out"), "in the way");

        assertThat(execute(picture("a.png", 2, 2))).isEqualTo(1);

        assertThat(err.toString().lines())
                .containsExactly("faltung demo: can't write to --out " + folder.resolve("out") + ": it is a file");
    }

    @Test
    void bundled_photo_is451By300() throws IOException {
        assertThat(DemoPhoto.bundled().description()).isEqualTo("chelsea.png (451x300)");
    }

    @Test
    void defaultPath_project_isInTarget() throws IOException {
        assertThat(DemoFolder.defaultPath(folder)).isEqualTo(folder.resolve("faltung-demo"));

        Files.createFile(folder.resolve("pom.xml"));

        assertThat(DemoFolder.defaultPath(folder)).isEqualTo(folder.resolve("target/demo"));
    }

    private int execute(Path image) {
        return line.execute(
                "demo",
                "--engine",
                "reference",
                "--image",
                image.toString(),
                "--out",
                folder.resolve("out").toString());
    }

    private int demonstrate(Engine engine) throws IOException {
        DemoPhoto photo = DemoPhoto.read(picture("a.png", 5, 4));
        return command.demonstrate(engine, engine.name(), photo, DemoFolder.prepare(folder.resolve("out")));
    }

    private Path picture(String name, int width, int height) throws IOException {
        var planes = new float[3 * width * height];
        for (int i = 0; i < planes.length; i++) {
            planes[i] = i * 37 % 256;
        }
        Path file = folder.resolve(name);
        PictureFile.writePng(new Picture(3, width, height, planes), file);
        return file;
    }

    /** The reference, but for the first element or, at will, for not working at all. */
    private static final class WrongEngine extends Engine {
        private final ReferenceEngine right;
        private final boolean throwing;

        WrongEngine(String name, boolean throwing) {
            this(name, throwing, new ReferenceEngine());
        }

        private WrongEngine(String name, boolean throwing, ReferenceEngine right) {
            super(name, right::close);
            this.right = right;
            this.throwing = throwing;
        }

        @Override
        protected Convolution prepare(ConvolutionDescriptor descriptor, Tensor weights, @Nullable Tensor bias) {
            if (throwing) {
                throw new IllegalStateException("out of order");
            }
            return new WrongConvolution(this, right.convolution(descriptor, weights, bias));
        }
    }

    private static final class WrongConvolution extends Convolution {
        private final Convolution right;

        WrongConvolution(Engine engine, Convolution right) {
            super(engine, right.descriptor(), right::close);
            this.right = right;
        }

        @Override
        protected void compute(Tensor src, Tensor dst) {
            right.forward(src, dst);
            var first = new long[dst.dims().rank()];
            dst.set(dst.get(first) + 1, first);
        }

        @Override
        protected Explanation explain(ConvolutionProblem problem, Layout src, Layout dst) {
            return new Explanation(problem.toString(), engine().name(), "direct", "wrong", 0, 0, List.of());
        }
    }
}
