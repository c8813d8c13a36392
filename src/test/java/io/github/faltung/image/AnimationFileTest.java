package io.github.faltung.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.reference.ReferenceEngine;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
                Set<Integer> table =
                        table(reader.read(0), List.of(drawing.frame(0), drawing.frame(4), drawing.frame(8)));
                var screen = new BufferedImage(drawing.width(), drawing.height(), BufferedImage.TYPE_INT_RGB);
                for (int i = 0; i < 9; i++) {
                    assertThat(delay(reader, i)).isEqualTo(i < 8 ? "70" : "210");
                    Graphics2D graphics = screen.createGraphics();
                    graphics.drawImage(reader.read(i), 0, 0, null);
                    graphics.dispose();
                    requireNearest(table, screen, drawing.frame(i));
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

    /** Returns the colours of a file, which must be the most frequent ones of the images that it counts. */
    private static Set<Integer> table(BufferedImage first, List<BufferedImage> counted) {
        Map<Integer, Integer> counts = new HashMap<>();
        for (BufferedImage image : counted) {
            for (int rgb : pixels(image)) {
                counts.merge(rgb, 1, Integer::sum);
            }
        }
        var model = (IndexColorModel) first.getColorModel();
        Set<Integer> table = new HashSet<>();
        int least = Integer.MAX_VALUE;
        int size = Math.min(ColourTable.UNCHANGED, counts.size());
        for (int i = 0; i < size; i++) {
            int rgb = model.getRGB(i);
            table.add(rgb);
            least = Math.min(least, Objects.requireNonNull(counts.remove(rgb), "a colour of the images, once"));
        }
        int leastCounted = least;
        assertThat(counts.values()).allMatch(count -> count <= leastCounted);
        return table;
    }

    /** Each pixel must have become that colour of the table which is nearest to its own: the very same, if it is there. */
    private static void requireNearest(Set<Integer> table, BufferedImage actual, BufferedImage wanted) {
        int[] shown = pixels(actual);
        int[] drawn = pixels(wanted);
        Map<Integer, Integer> least = new HashMap<>();
        for (int i = 0; i < drawn.length; i++) {
            int nearest = least.computeIfAbsent(
                    drawn[i],
                    rgb -> table.stream()
                            .mapToInt(colour -> distance(colour, rgb))
                            .min()
                            .orElseThrow());
            if (!table.contains(shown[i]) || distance(shown[i], drawn[i]) != nearest) {
                throw new AssertionError(String.format("pixel %d must be near %x, but was %x", i, drawn[i], shown[i]));
            }
        }
    }

    private static int[] pixels(BufferedImage image) {
        return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    }

    /** The square of the distance of two colours. */
    private static int distance(int a, int b) {
        int red = ((a >> 16) & 0xff) - ((b >> 16) & 0xff);
        int green = ((a >> 8) & 0xff) - ((b >> 8) & 0xff);
        int blue = (a & 0xff) - (b & 0xff);
        return red * red + green * green + blue * blue;
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

        Set<Integer> table = table(read, List.of(many));
        assertThat(table).hasSize(ColourTable.UNCHANGED);
        requireNearest(table, read, many);
    }
}
