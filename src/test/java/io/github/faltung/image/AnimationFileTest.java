package io.github.faltung.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.reference.ReferenceEngine;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnimationFileTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void write_drawing_isReadBackWithItsFramesAndDelay() throws IOException {
        try (Engine engine = new ReferenceEngine()) {
            ConvolutionDrawing drawing = ConvolutionDrawing.of(
                    engine, ConvolutionProblem.parse("conv mb1ic1ih5iw5oc1kh3kw3sh2sw2ph1pw1"), Theme.DARK);
            Path file = folder.resolve("strided.gif");

            AnimationFile.write(drawing, 700, file);

            ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
            try (ImageInputStream in =
                    ImageIO.createImageInputStream(new ByteArrayInputStream(Files.readAllBytes(file)))) {
                reader.setInput(in);
                assertThat(reader.getNumImages(true)).isEqualTo(9);
                assertThat(loops(reader)).containsExactly(1, 0, 0);
                var screen = new BufferedImage(drawing.width(), drawing.height(), BufferedImage.TYPE_INT_RGB);
                for (int i = 0; i < 9; i++) {
                    assertThat(delay(reader, i)).isEqualTo(i < 8 ? "70" : "210");
                    Graphics2D graphics = screen.createGraphics();
                    graphics.drawImage(reader.read(i), 0, 0, null);
                    graphics.dispose();
                    assertThat(distance(screen, drawing.frame(i)))
                            .as("frame %d", i)
                            .isLessThan(48);
                }
            } finally {
                reader.dispose();
            }
        }
    }

    private static String delay(ImageReader reader, int image) throws IOException {
        var root = (IIOMetadataNode) reader.getImageMetadata(image).getAsTree("javax_imageio_gif_image_1.0");
        var control = (IIOMetadataNode)
                root.getElementsByTagName("GraphicControlExtension").item(0);
        return control.getAttribute("delayTime");
    }

    private static byte[] loops(ImageReader reader) throws IOException {
        var root = (IIOMetadataNode) reader.getImageMetadata(0).getAsTree("javax_imageio_gif_image_1.0");
        var loop = (IIOMetadataNode)
                root.getElementsByTagName("ApplicationExtension").item(0);
        return (byte[]) loop.getUserObject();
    }

    /** The largest difference of a colour's part. */
    private static int distance(BufferedImage a, BufferedImage b) {
        int largest = 0;
        for (int y = 0; y < a.getHeight(); y++) {
            for (int x = 0; x < a.getWidth(); x++) {
                for (int shift = 0; shift < 24; shift += 8) {
                    int difference = ((a.getRGB(x, y) >> shift) & 0xff) - ((b.getRGB(x, y) >> shift) & 0xff);
                    largest = Math.max(largest, Math.abs(difference));
                }
            }
        }
        return largest;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 15, -10, AnimationFile.MOST_MILLIS + 10})
    void gif_delayThatTheFormatHasNot_isRefusedWithTheValue(int delay) {
        assertThatThrownBy(() -> AnimationFile.gif(1, i -> new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB), delay))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("delayMillis must be a multiple of 10", String.valueOf(delay));
    }

    @Test
    void gif_noFrame_isRefused() {
        assertThatThrownBy(() -> AnimationFile.gif(0, i -> new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB), 100))
                .hasMessage("frames must be at least 1, but were 0");
    }

    @Test
    void gif_moreColoursThanItHolds_takesTheNearest() throws IOException {
        var many = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 1024; i++) {
            many.setRGB(i % 32, i / 32, ((i / 4) << 8) | (i % 4)); // blue hardly differs
        }

        BufferedImage read = ImageIO.read(new ByteArrayInputStream(AnimationFile.gif(1, i -> many, 100)));

        assertThat(distance(read, many)).isBetween(1, 192);
    }
}
