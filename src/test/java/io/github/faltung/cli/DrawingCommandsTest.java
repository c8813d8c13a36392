package io.github.faltung.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.exchange.NpyFile;
import io.github.faltung.image.Picture;
import io.github.faltung.image.PictureFile;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** {@code draw}, {@code featuremaps} and {@code receptive-field}, from arguments to files. */
class DrawingCommandsTest {
    @TempDir
    private Path folder = Path.of("");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void writeFiles() throws IOException {
        var planes = new float[3 * 12 * 16];
        for (int i = 0; i < planes.length; i++) {
            planes[i] = i * 37 % 256;
        }
        PictureFile.writePng(new Picture(3, 16, 12, planes), folder.resolve("photo.png"));
        Files.writeString(
                folder.resolve("layer.json"), "{\"inputChannels\": 1, \"outputChannels\": 2, \"kernel\": [2, 2]}");
        try (Tensor weights = Tensor.of(new float[] {1, 0, 0, 0, -1, 1, 1, -1}, Dims.of(2, 1, 2, 2))) {
            NpyFile.write(folder.resolve("w.npy"), weights);
        }
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private int execute(String... args) {
        CommandLine command = FaltungCommand.commandLine();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        return command.execute(args);
    }

    @Test
    void draw_gif_hasAnImageForEachOutput() throws IOException {
        assertThat(execute("draw", "ic1ih5oc1kh3sh2ph1", path("a.gif"), "--delay", "500"))
                .as(err.toString())
                .isZero();

        ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
        try (ImageInputStream in =
                ImageIO.createImageInputStream(folder.resolve("a.gif").toFile())) {
            reader.setInput(in);
            assertThat(reader.getNumImages(true)).isEqualTo(9);
        } finally {
            reader.dispose();
        }
        assertThat(out.toString()).contains("a.gif: 9 steps of ", "conv mb1ic1ih5iw5oc1oh3ow3kh3kw3sh2sw2ph1pw1");
    }

    @Test
    void draw_png_isAStrip() throws IOException {
        assertThat(execute("draw", "deconv mb1ic1iw3oc1kw2sw2", path("a.png"), "--dark"))
                .isZero();

        BufferedImage strip = ImageIO.read(folder.resolve("a.png").toFile());
        assertThat(strip.getWidth()).isGreaterThan(3 * 200);
    }

    @Test
    void draw_wrong_isOneLineThatSaysWhat() {
        assertThat(execute("draw", "ic1ih224oc1kh3ph1", path("a.gif"))).isEqualTo(1);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .startsWith(
                        "faltung draw: source with its zeros on spatial axis 0 must be at most 16 to be drawn, but was 226");
        assertThat(execute("draw", "ic1ih5oc1kh3", path("a.jpg"))).isEqualTo(2);
        assertThat(err.toString()).contains("OUT must end in .gif or .png, but was");
        assertThat(execute("draw", "ic1ih5oc1kh3", path("none/a.gif"))).isEqualTo(1);
        assertThat(err.toString()).contains("a.gif: no such folder");
        assertThat(execute("draw", "ic1ih5oc1kh3", path("a.gif"), "--delay", "7"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("delayMillis must be a multiple of 10");
        assertThat(execute("draw", "ic1")).isEqualTo(2);
        assertThat(folder.resolve("a.gif")).doesNotExist();
    }

    @Test
    void draw_nameWithMb_isNoMinibatch() {
        assertThat(execute("draw", "ic1ih5oc1kh3n\"mbconv\"", path("a.png")))
                .as(err.toString())
                .isZero();

        assertThat(out.toString()).contains("conv mb1ic1ih5");
    }

    @Test
    void featuremaps_withoutMemory_isOneLine() {
        // 115 GB of maps
        assertThat(execute(
                        "featuremaps",
                        "ic3ih3oc8kh3ph30000",
                        path("photo.png"),
                        path("maps.png"),
                        "--engine=reference"))
                .isEqualTo(1);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .startsWith("faltung featuremaps: not enough memory: ")
                .endsWith("; -Xmx raises the heap's limit, -XX:MaxDirectMemorySize that of tensors");
        assertThat(folder.resolve("maps.png")).doesNotExist();
    }

    @Test
    void featuremaps_noWeights_showsTheTextbooks() throws IOException {
        assertThat(execute(
                        "featuremaps",
                        "ic3ih3oc8kh3ph1",
                        path("photo.png"),
                        path("maps.png"),
                        "--engine=reference",
                        "--range=shared"))
                .as(err.toString())
                .isZero();

        assertThat(out.toString()).contains("maps.png: 8 maps, conv mb1ic3ih12iw16oc8oh12ow16kh3kw3ph1pw1");
        assertThat(ImageIO.read(folder.resolve("maps.png").toFile()).getWidth()).isGreaterThan(400);
    }

    @Test
    void featuremaps_weightsFromAFile_areUsed() {
        assertThat(execute(
                        "featuremaps",
                        path("layer.json"),
                        path("photo.png"),
                        path("maps.png"),
                        "--weights",
                        path("w.npy"),
                        "--white=1",
                        "--engine=reference"))
                .as(err.toString())
                .isZero();

        assertThat(out.toString()).contains("2 maps, conv mb1ic1ih12iw16oc2oh11ow15");
    }

    @Test
    void featuremaps_wrong_isOneLineThatSaysWhat() {
        assertThat(execute("featuremaps", path("layer.json"), path("photo.png"), path("maps.png")))
                .isEqualTo(1);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .contains("to have textbook weights, but was conv ic1oc2");
        assertThat(execute("featuremaps", "ic5ih3oc1kh3", path("photo.png"), path("maps.png")))
                .isEqualTo(1);
        assertThat(err.toString()).contains("channels must be 1 or 3, but were 5");
        assertThat(execute("featuremaps", "ic3ih3oc1kh3", path("none.png"), path("maps.png")))
                .isEqualTo(1);
        assertThat(err.toString()).contains("can't read IMAGE " + path("none.png") + ": no such file");
        assertThat(execute("featuremaps", "ic3ih3oc1kh3", path("photo.png"), path("maps.gif")))
                .isEqualTo(2);
        assertThat(err.toString()).contains("OUT must end in .png");
        assertThat(execute("featuremaps", "nonsense", path("photo.png"), path("maps.png")))
                .isEqualTo(2);
    }

    @Test
    void receptiveField_chain_saysWhatIsSeen() {
        assertThat(execute(
                        "receptive-field",
                        path("photo.png"),
                        path("field.png"),
                        "ic3ih9oc8kh3ph1",
                        "pool max ic8ih8kh2sh2",
                        "ic8ih9oc8kh3ph1",
                        "--at=2,3"))
                .as(err.toString())
                .isZero();

        assertThat(out.toString())
                .contains(
                        "field.png: Output element (2, 3) of 6×8 sees 8×8 of 12×16 pixels: rows 1 to 8, columns 3 to 10.");
        assertThat(folder.resolve("field.png")).exists();
    }

    @Test
    void receptiveField_wrong_isOneLineThatSaysWhat() {
        assertThat(execute("receptive-field", path("photo.png"), path("field.png"), "ic3ih9oc8kh3", "--at=99,0"))
                .isEqualTo(1);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .contains("output element must be within 10×14, but was row 99, column 0");
        assertThat(execute("receptive-field", path("photo.png"), path("field.png"), "ic3ih9oc8kh3", "--at=1"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--at must be a row and a column, but was [1]");
        assertThat(execute("receptive-field", path("photo.png"), path("field.png")))
                .isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"draw,reference", "featuremaps,planned", "receptive-field,reference"})
    void help_eachCommand_isPrintedWithItsOwnDefaults(String command, String engine) {
        assertThat(execute(command, "--help")).isZero();

        assertThat(out.toString().replaceAll("\\s+", " "))
                .contains("Usage: faltung " + command, "--dark", "--verbose", "Example")
                .contains("What computes: planned, onednn, reference; default: " + engine + ".");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-v", "--verbose"})
    void draw_verboseFailure_tellsWhere(String option) {
        assertThat(execute("draw", "ic1ih5oc1kh3", path("a.jpg"), option)).isEqualTo(2);
        assertThat(err.toString()).contains("OUT must end in .gif or .png", "\tat " + DrawCommand.class.getName());
    }
}
