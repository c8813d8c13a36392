package io.github.faltung.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.convolution.Engine;
import io.github.faltung.reference.ReferenceEngine;
import java.awt.Dimension;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Strip by strip, files become what they become whole, byte for byte. */
class StripFilterTest {
    private static final ImageKernel SKEW = ImageKernel.of(2, 4, 0.3f, -0.1f, 0.2f, 0.25f, 0.4f, -0.3f, 0.1f, 0.2f)
            .withOrigin(1, 0);

    @TempDir
    private Path folder;

    private Path write(BufferedImage image, String name) throws IOException {
        Path file = folder.resolve(name);
        ImageFile.write(image, file);
        return file;
    }

    private void assertSame(ConvolutionOp op, Path src, String dst, int... stripBytes) throws IOException {
        Path expected = folder.resolve("whole-" + dst);
        ImageFile.write(op.filter(ImageFile.read(src), null), expected);
        for (int bytes : stripBytes) {
            new StripFilter(op, bytes).filter(src, folder.resolve(dst), (rows, all) -> true);
            assertThat(folder.resolve(dst)).as("strips of %d bytes", bytes).hasSameBinaryContentAs(expected);
        }
    }

    private static ConvolutionOpBuilder op(ImageKernel kernel, Edge edge) {
        return edge == Edge.CONSTANT
                ? ConvolutionOp.with(kernel).constantEdge(77.5)
                : ConvolutionOp.with(kernel).edge(edge);
    }

    @ParameterizedTest
    @EnumSource(Edge.class)
    void filter_everyEdge_equalsWhole(Edge edge) throws IOException {
        Path src = write(TestImages.noise(BufferedImage.TYPE_3BYTE_BGR, 19, 23, 1), "in.png");
        for (ImageKernel kernel : List.of(SKEW, Kernels.gaussian(2, 13), ImageKernel.of(1, 1, 1))) {
            assertSame(op(kernel, edge).build(), src, "out.png", 1, 200, 700, 1 << 20);
        }
    }

    @ParameterizedTest
    @EnumSource(Edge.class)
    void filter_kernelHigherThanPicture_equalsWhole(Edge edge) throws IOException {
        Path src = write(TestImages.noise(BufferedImage.TYPE_BYTE_GRAY, 9, 3, 2), "in.png");
        assertSame(op(Kernels.gaussian(3, 17), edge).build(), src, "out.png", 1, 20, 1000);
    }

    @ParameterizedTest
    @EnumSource(Edge.class)
    void filter_linearLightRoundedOnAnEngineOfItsOwn_equalsWhole(Edge edge) throws IOException {
        Path src = write(TestImages.noise(BufferedImage.TYPE_4BYTE_ABGR, 11, 17, 3), "in.png");
        try (Engine engine = new ReferenceEngine()) {
            ConvolutionOp op =
                    op(SKEW, edge).linearLight().roundToNearest().engine(engine).build();
            assertSame(op, src, "out.png", 1, 130);
        }
    }

    static Stream<BufferedImage> types() {
        List<BufferedImage> all = new ArrayList<>();
        for (int type = BufferedImage.TYPE_INT_RGB; type <= BufferedImage.TYPE_BYTE_INDEXED; type++) {
            all.add(TestImages.noise(type, 21, 18, type));
        }
        TestImages.customModels().forEach(model -> all.add(TestImages.fill(TestImages.custom(model, 21, 18), 5)));
        all.add(TestImages.fill(TestImages.indexedTransparent(21, 18), 6));
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("types")
    void filter_everyTypeThatPngOrTiffHolds_equalsWhole(BufferedImage image) throws IOException {
        int kept = 0;
        for (String format : List.of("png", "tif")) {
            Path src = folder.resolve("in." + format);
            if (ImageIO.write(image, format, src.toFile())) {
                assertSame(op(SKEW, Edge.MIRROR).build(), src, "out." + format, 1, 150);
                kept++;
            }
        }
        assertThat(kept).isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpg", "jpeg", "tif", "tiff", "gif", "bmp"})
    void filter_everyFormatIntoEveryOther_equalsWhole(String format) throws IOException {
        Path src = write(TestImages.noise(BufferedImage.TYPE_INT_RGB, 30, 37, 7), "in." + format);
        for (String other : List.of("png", "jpg", "tif", "bmp", "gif")) {
            assertSame(op(SKEW, Edge.WRAP).build(), src, "out." + other, 1, 500);
        }
    }

    static Stream<String> tiffCompressions() {
        return Stream.of("LZW", "ZLib", "PackBits", "Deflate");
    }

    @ParameterizedTest
    @MethodSource("tiffCompressions")
    void filter_tiledCompressedTiff_equalsWhole(String compression) throws IOException {
        BufferedImage image = TestImages.noise(BufferedImage.TYPE_USHORT_GRAY, 50, 70, 8);
        Path src = writeWith("tiff", "in.tif", image, param -> {
            param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            param.setCompressionType(compression);
            param.setTilingMode(ImageWriteParam.MODE_EXPLICIT);
            param.setTiling(16, 32, 0, 0);
        });
        assertSame(op(SKEW, Edge.REFLECT).build(), src, "out.tif", 1, 1000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"png", "jpeg"})
    void filter_progressive_equalsWhole(String format) throws IOException {
        BufferedImage image = TestImages.noise(BufferedImage.TYPE_BYTE_GRAY, 50, 70, 9);
        Path src = writeWith(
                format, "in." + format, image, param -> param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT));
        assertSame(op(SKEW, Edge.REPLICATE).build(), src, "out.png", 1, 1000);
    }

    private Path writeWith(String format, String name, BufferedImage image, Consumer<ImageWriteParam> how)
            throws IOException {
        Path file = folder.resolve(name);
        ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
        try (var stream = ImageIO.createImageOutputStream(file.toFile())) {
            ImageWriteParam param = writer.getDefaultWriteParam();
            how.accept(param);
            writer.setOutput(stream);
            writer.write(null, new IIOImage(image, null, null), param);
        } finally {
            writer.dispose();
        }
        return file;
    }

    @Test
    void filter_randomSizesStripsAndOrigins_equalsWhole() throws IOException {
        var random = new Random(10);
        List<Edge> edges = List.of(Edge.values());
        for (int i = 0; i < 60; i++) {
            int width = 1 + random.nextInt(40);
            int height = 1 + random.nextInt(40);
            int kw = 1 + random.nextInt(5);
            int kh = 1 + random.nextInt(9);
            var weights = new float[kw * kh];
            for (int at = 0; at < weights.length; at++) {
                weights[at] = (float) random.nextGaussian() / weights.length;
            }
            var kernel = ImageKernel.of(kw, kh, weights).withOrigin(random.nextInt(kw), random.nextInt(kh));
            Edge edge = edges.get(random.nextInt(edges.size()));
            Path src = write(TestImages.noise(BufferedImage.TYPE_BYTE_GRAY, width, height, i), "in.png");
            assertSame(op(kernel, edge).build(), src, "out.png", 1 + random.nextInt(width * height));
        }
    }

    @Test
    void filter_intoItsSource_replacesItAndReturnsItsSize() throws IOException {
        Path src = write(TestImages.noise(BufferedImage.TYPE_BYTE_GRAY, 20, 30, 11), "in.png");
        BufferedImage before = ImageFile.read(src);
        ConvolutionOp op = op(SKEW, Edge.WRAP).build();
        assertThat(new StripFilter(op, 100).filter(src, src, (rows, all) -> true))
                .isEqualTo(new Dimension(20, 30));
        assertThat(pixels(ImageFile.read(src))).isEqualTo(pixels(op.filter(before, null)));
        assertThat(folder.toFile().list()).containsExactly("in.png");
    }

    private static int[] pixels(BufferedImage image) {
        return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    }
}
