package io.github.faltung.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.ChildJvm;
import io.github.faltung.image.ConvolutionOp;
import io.github.faltung.image.Edge;
import io.github.faltung.image.ImageKernel;
import io.github.faltung.image.NamedKernel;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class FilterCommandTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final BufferedImage image = new BufferedImage(17, 13, BufferedImage.TYPE_3BYTE_BGR);

    @BeforeEach
    void writeImage() throws IOException {
        var random = new Random(1);
        for (int i = 0; i < 17 * 13; i++) {
            image.setRGB(i % 17, i / 17, random.nextInt());
        }
        ImageIO.write(image, "png", folder.resolve("in.png").toFile());
        Files.writeString(folder.resolve("k.txt"), "0 1/2\n1/2 0\norigin 0 0\n");
        Files.writeString(folder.resolve("bad.txt"), "1 two\n");
        Files.writeString(folder.resolve("text.png"), "no image");
    }

    private int run(String in, String target, String... more) {
        CommandLine command = FaltungCommand.commandLine();
        command.setOut(new PrintWriter(out));
        command.setErr(new PrintWriter(err));
        var args = new ArrayList<>(List.of(
                "filter", folder.resolve(in).toString(), folder.resolve(target).toString()));
        for (String arg : more) {
            args.add(arg.replace("DIR", folder.toString()));
        }
        return command.execute(args.toArray(String[]::new));
    }

    private int[] written(String name) throws IOException {
        return pixels(ImageIO.read(folder.resolve(name).toFile()));
    }

    private static int[] pixels(BufferedImage image) {
        return image.getRGB(0, 0, 17, 13, null, 0, 17);
    }

    @Test
    void filter_namedKernel_writesWhatTheOperationMakes() throws IOException {
        assertThat(run("in.png", "out.png", "--kernel", "gaussian:sigma=2,size=5"))
                .as(err.toString())
                .isZero();
        BufferedImage expected = ConvolutionOp.with(NamedKernel.of("gaussian:sigma=2,size=5"))
                .edge(Edge.REPLICATE)
                .roundToNearest()
                .build()
                .filter(image, null);
        assertThat(written("out.png")).isEqualTo(pixels(expected));
        assertThat(out.toString()).contains("out.png: 17x13 by 5x5 gaussian:sigma=2,size=5");
    }

    @Test
    void filter_kernelFileEdgeLinearEngine_areHeeded() throws IOException {
        assertThat(run(
                        "in.png",
                        "out.bmp",
                        "-v",
                        "--kernel",
                        "DIR/k.txt",
                        "--edge",
                        "constant",
                        "--constant",
                        "9",
                        "--linear",
                        "--engine",
                        "reference"))
                .as(err.toString())
                .isZero();
        BufferedImage expected = ConvolutionOp.with(ImageKernel.of(2, 2, 0, 0.5f, 0.5f, 0))
                .constantEdge(9)
                .linearLight()
                .build()
                .filter(image, null);
        assertThat(written("out.bmp")).isEqualTo(pixels(expected));
        assertThat(out.toString()).contains("2x2 at 0,0 [0.0 0.5; 0.5 0.0]");
    }

    @ParameterizedTest
    @CsvSource({
        "in.png, out.png, blurry, 2, kernel must be one of identity",
        "in.png, out.png, box:size=0, 2, size must be from 1 to 1023",
        "in.png, out.png, DIR/bad.txt, 1, bad.txt line 1 must be a number",
        "in.png, out.png, DIR, 1, ': must be a file, but is a folder'",
        "none.png, out.png, box, 1, none.png: must be a file",
        "text.png, out.png, box, 1, text.png: must be an image",
        "in.png, out.xyz, box, 1, out.xyz: must end with one of",
        "in.png, no/out.png, box, 1, no"
    })
    void filter_wrongArguments_exitWithOneLine(String in, String target, String kernel, int code, String message) {
        assertThat(run(in, target, "--kernel", kernel)).isEqualTo(code);
        assertThat(err.toString().lines()).hasSize(1).first().asString().contains(message);
    }

    @Test
    void filter_constantThatIsNoNumber_exitsWith2() {
        assertThat(run("in.png", "out.png", "--kernel=box", "--edge=constant", "--constant=NaN"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("constant must be finite, but was NaN");
        assertThat(folder.resolve("out.png")).doesNotExist();
    }

    @Test
    void filter_progress_isToldOnStandardErrorIfAskedFor() {
        assertThat(run("in.png", "out.png", "--kernel", "box")).isZero();
        assertThat(err.toString()).isEmpty();
        assertThat(run("in.png", "out.png", "--kernel", "box", "--progress")).isZero();
        assertThat(err.toString().lines())
                .containsExactly("filtered 0 of 13 rows, 0 %", "filtered 13 of 13 rows, 100 %");
    }

    @Test
    void filter_processToldToEnd_leavesNoFile() throws IOException {
        Path alone = Files.createDirectory(folder.resolve("alone"));
        ImageIO.write(
                new BufferedImage(10000, 10000, BufferedImage.TYPE_BYTE_GRAY),
                "png",
                alone.resolve("in.png").toFile());
        ChildJvm.Outcome outcome = ChildJvm.likeThis()
                .run(
                        Ended.class,
                        alone.resolve("in.png").toString(),
                        alone.resolve("out.png").toString());
        assertThat(outcome.exitCode()).as(outcome.output()).isEqualTo(Ended.CODE);
        assertThat(outcome.output()).contains("seen .faltung-");
        assertThat(alone.toFile().list()).containsExactly("in.png");
    }

    /** In a JVM of its own: filters, and ends when there is something in the file that is written, as on Ctrl-C. */
    static final class Ended {
        private static final int CODE = 7;

        private Ended() {}

        public static void main(String... args) throws Exception {
            var filter =
                    new Thread(() -> FaltungCommand.main("filter", args[0], args[1], "--kernel", "gaussian:sigma=2"));
            filter.start();
            while (filter.isAlive()) {
                try (var files = Files.newDirectoryStream(Path.of(args[1]).resolveSibling("."), "*.part")) {
                    for (Path file : files) {
                        if (Files.size(file) > 1000) {
                            System.out.println("seen " + file.getFileName());
                            System.exit(CODE);
                        }
                    }
                }
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void filter_noKernelOrWrongEdge_exitsWith2() {
        assertThat(run("in.png", "out.png")).isEqualTo(2);
        assertThat(run("in.png", "out.png", "--kernel", "box", "--edge", "round"))
                .isEqualTo(2);
    }

    @Test
    void help_listsEveryKernel() {
        assertThat(run("in.png", "out.png", "--help")).isZero();
        for (NamedKernel kernel : NamedKernel.values()) {
            assertThat(out.toString().replaceAll("\\s+", ""))
                    .contains(kernel + (kernel.parameters().isEmpty() ? "" : ":" + kernel.parameters()));
        }
    }
}
