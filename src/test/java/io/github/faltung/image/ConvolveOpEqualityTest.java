package io.github.faltung.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.awt.image.BufferedImageOp;
import java.awt.image.ColorModel;
import java.awt.image.ConvolveOp;
import java.awt.image.Kernel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where {@link ConvolveOp} is right, {@link ConvolutionOp} is the same, bit for bit. */
class ConvolveOpEqualityTest {
    private static final int[] CONDITIONS = {ConvolveOp.EDGE_ZERO_FILL, ConvolveOp.EDGE_NO_OP, 7, -1};

    /** Weights of few bits, of every size up to 6 × 6 and some larger, so that rounding the weights changes nothing. */
    static Stream<Kernel> kernels() {
        var random = new Random(1);
        var kernels = new ArrayList<Kernel>();
        for (int size = 0; size < 36; size++) {
            kernels.add(kernel(1 + size % 6, 1 + size / 6, random));
        }
        kernels.add(kernel(11, 11, random));
        kernels.add(kernel(21, 3, random));
        kernels.add(kernel(1, 30, random));
        return kernels.stream();
    }

    private static Kernel kernel(int width, int height, Random random) {
        var weights = new float[width * height];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (random.nextInt(129) - 50) / 256f;
        }
        weights[0] = 1;
        return new Kernel(width, height, weights);
    }

    private static int[] samples(Raster raster) {
        return raster.getPixels(
                raster.getMinX(), raster.getMinY(), raster.getWidth(), raster.getHeight(), (int[]) null);
    }

    private static void requireEqual(BufferedImage actual, BufferedImage expected) {
        assertThat(actual.getType()).isEqualTo(expected.getType());
        assertThat(actual.getColorModel()).isEqualTo(expected.getColorModel());
        assertThat(samples(actual.getRaster())).isEqualTo(samples(expected.getRaster()));
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void filter_everyTypeIntoNewImage_isEqual(Kernel kernel) {
        for (int type = BufferedImage.TYPE_INT_RGB; type <= BufferedImage.TYPE_BYTE_INDEXED; type++) {
            if (type == BufferedImage.TYPE_USHORT_GRAY) {
                continue; // see filter_sixteenBits_isEqualFrom0To32767
            }
            BufferedImage src = TestImages.noise(type, 23, 19, 2);
            for (int condition : CONDITIONS) {
                BufferedImage expected = new ConvolveOp(kernel, condition, null).filter(src, null);
                var op = new ConvolutionOp(kernel, condition, null);
                requireEqual(op.filter(src, null), expected);
                var given = new BufferedImage(
                        expected.getColorModel(),
                        expected.getRaster().createCompatibleWritableRaster(),
                        expected.isAlphaPremultiplied(),
                        null);
                assertThat(op.filter(src, given)).isSameAs(given);
                requireEqual(given, expected);
                assertThat(op.getEdgeCondition()).isEqualTo(condition);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void filter_sixteenBits_isEqualFrom0To32767(Kernel kernel) {
        BufferedImage src = below32768(TestImages.noise(BufferedImage.TYPE_USHORT_GRAY, 23, 19, 2));
        int[] expected = samples(new ConvolveOp(kernel, ConvolveOp.EDGE_NO_OP, null)
                .filter(src, null)
                .getRaster());
        int[] actual = samples(new ConvolutionOp(kernel, ConvolveOp.EDGE_NO_OP, null)
                .filter(src, null)
                .getRaster());
        for (int i = 0; i < actual.length; i++) {
            if (actual[i] > 0 && actual[i] < 32768) {
                assertThat(actual[i]).isEqualTo(expected[i]);
            }
        }
    }

    private static BufferedImage below32768(BufferedImage image) {
        WritableRaster raster = image.getRaster();
        for (int i = 0; i < raster.getWidth() * raster.getHeight(); i++) {
            int x = i % raster.getWidth();
            raster.setSample(x, i / raster.getWidth(), 0, raster.getSample(x, i / raster.getWidth(), 0) >> 1);
        }
        return image;
    }

    static List<ColorModel> customModels() {
        // ConvolveOp takes bits from a 10-bit packed image and the signs of 16-bit samples for others.
        return TestImages.customModels().subList(0, 6);
    }

    @ParameterizedTest
    @MethodSource("customModels")
    void filter_customImages_isEqual(ColorModel model) {
        BufferedImage src = TestImages.fill(TestImages.custom(model, 12, 11), 3);
        kernels()
                .forEach(kernel -> requireEqual(
                        new ConvolutionOp(kernel).filter(src, null), new ConvolveOp(kernel).filter(src, null)));
    }

    @Test
    void filter_indexedWithTransparency_isEqual() {
        BufferedImage src = TestImages.fill(TestImages.indexedTransparent(13, 12), 4);
        kernels()
                .forEach(kernel -> requireEqual(
                        new ConvolutionOp(kernel).filter(src, null), new ConvolveOp(kernel).filter(src, null)));
    }

    static IntStream rasterTypes() {
        // It refuses those of 3 and 4 bytes, and takes 16 bits for signed and more than one bit of binary ones.
        return IntStream.of(1, 2, 3, 4, 8, 9, 10, 13);
    }

    @ParameterizedTest
    @MethodSource("rasterTypes")
    void filter_rasters_isEqual(int type) {
        BufferedImage image = TestImages.noise(type, 25, 20, 5);
        Raster part = image.getRaster().createChild(3, 2, 20, 16, 100, -7, null);
        kernels().forEach(kernel -> {
            for (Raster src : List.of(image.getRaster(), part)) {
                WritableRaster expected = new ConvolveOp(kernel).filter(src, null);
                WritableRaster actual = new ConvolutionOp(kernel).filter(src, null);
                assertThat(actual.getBounds()).isEqualTo(expected.getBounds());
                assertThat(samples(actual)).isEqualTo(samples(expected));
            }
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13})
    void filter_partsOfImages_isEqual(int type) {
        BufferedImage src = TestImages.noise(type, 30, 30, 6).getSubimage(4, 5, 19, 18);
        kernels()
                .forEach(kernel -> requireEqual(
                        new ConvolutionOp(kernel, ConvolveOp.EDGE_NO_OP, null).filter(src, null),
                        new ConvolveOp(kernel, ConvolveOp.EDGE_NO_OP, null).filter(src, null)));
    }

    /** Sizes of destinations around and far from the source's, with the destination's old pixels. */
    @Test
    void filter_destinationsOfOtherSizes_isEqual() {
        BufferedImage src = TestImages.noise(BufferedImage.TYPE_3BYTE_BGR, 9, 8, 7);
        Kernel kernel = kernel(4, 3, new Random(2));
        for (int condition : CONDITIONS) {
            for (int i = 0; i < 225; i++) {
                int width = 1 + i % 15;
                int height = 1 + i / 15;
                BufferedImage expected = TestImages.noise(BufferedImage.TYPE_3BYTE_BGR, width, height, i);
                BufferedImage actual = TestImages.noise(BufferedImage.TYPE_3BYTE_BGR, width, height, i);
                new ConvolveOp(kernel, condition, null).filter(src, expected);
                new ConvolutionOp(kernel, condition, null).filter(src, actual);
                requireEqual(actual, expected);
                WritableRaster raster = TestImages.noise(BufferedImage.TYPE_INT_RGB, width, height, i)
                        .getRaster();
                WritableRaster expectedRaster = TestImages.noise(BufferedImage.TYPE_INT_RGB, width, height, i)
                        .getRaster();
                Raster srcRaster =
                        TestImages.noise(BufferedImage.TYPE_INT_RGB, 9, 8, 7).getRaster();
                new ConvolveOp(kernel, condition, null).filter(srcRaster, expectedRaster);
                new ConvolutionOp(kernel, condition, null).filter(srcRaster, raster);
                assertThat(samples(raster)).isEqualTo(samples(expectedRaster));
            }
        }
    }

    @Test
    void filter_kernelsLargerThanImages_isEqual() {
        for (int i = 0; i < 36; i++) {
            BufferedImage src = TestImages.noise(BufferedImage.TYPE_BYTE_GRAY, 1 + i % 6, 1 + i / 6, i);
            for (int condition : CONDITIONS) {
                kernels()
                        .forEach(kernel -> requireEqual(
                                new ConvolutionOp(kernel, condition, null).filter(src, null),
                                new ConvolveOp(kernel, condition, null).filter(src, null)));
            }
        }
    }

    /** Between grey and colours, ConvolveOp converts by ColorConvertOp; onto indexed images it draws. */
    @Test
    void filter_destinationsOfOtherColourSpacesOrIndexed_isEqual() {
        Kernel kernel = new Kernel(3, 3, new float[] {0.125f, 0, 0.25f, 0, 0.125f, 0.25f, 0, 0.125f, 0.125f});
        int compared = 0;
        for (int from = 1; from <= 13; from++) {
            for (int to = 1; to <= 13; to++) {
                boolean isGrey = from == 10 || from == 11;
                boolean toGrey = to == 10 || to == 11;
                boolean toIndexed = to >= 12;
                if (!(isGrey && toIndexed) && (toIndexed || isGrey != toGrey)) {
                    BufferedImage src = from == 11
                            ? below32768(TestImages.noise(from, 12, 12, from))
                            : TestImages.noise(from, 12, 12, from);
                    BufferedImageOp theirs = new ConvolveOp(kernel);
                    BufferedImage expected = theirs.filter(src, TestImages.noise(to, 12, 12, 1));
                    requireEqual(new ConvolutionOp(kernel).filter(src, TestImages.noise(to, 12, 12, 1)), expected);
                    compared++;
                }
            }
        }
        assertThat(compared).isEqualTo(2 * 9 + 11 * 2 + 11 * 2);
    }

    @Test
    void createCompatible_andTheRest_isEqual() {
        Kernel kernel = new Kernel(2, 3, new float[] {1, 2, 3, 4, 5, 6});
        var theirs = new ConvolveOp(kernel);
        var ours = new ConvolutionOp(kernel);
        for (int type = 1; type <= 13; type++) {
            BufferedImage src = TestImages.noise(type, 5, 4, 1).getSubimage(1, 1, 3, 2);
            BufferedImage expected = theirs.createCompatibleDestImage(src, null);
            requireEqual(ours.createCompatibleDestImage(src, null), expected);
            ColorModel model = TestImages.customModels().get(0);
            requireEqual(ours.createCompatibleDestImage(src, model), theirs.createCompatibleDestImage(src, model));
            Raster raster = src.getRaster().createTranslatedChild(3, 4);
            assertThat(ours.createCompatibleDestRaster(raster).getBounds())
                    .isEqualTo(theirs.createCompatibleDestRaster(raster).getBounds());
            assertThat(ours.getBounds2D(raster)).isEqualTo(theirs.getBounds2D(raster));
            assertThat(ours.getBounds2D(src)).isEqualTo(theirs.getBounds2D(src));
        }
        assertThat(ours.getKernel().getKernelData(null))
                .isEqualTo(theirs.getKernel().getKernelData(null));
        assertThat(ours.getKernel().getXOrigin()).isEqualTo(theirs.getKernel().getXOrigin());
        assertThat(ours.getRenderingHints()).isEqualTo(theirs.getRenderingHints());
    }

    /** With any weights, all but a few samples are equal, and those are one off where the sum is very near to a whole number. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7, 11, 21})
    void filter_anyWeights_isEqualButOneOffNextToWholeSums(int size) {
        var random = new Random(size);
        var weights = new float[size * size];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) (random.nextGaussian() + 0.3) / size;
        }
        ImageKernel kernel = ImageKernel.of(size, size, weights);
        BufferedImage src = TestImages.noise(BufferedImage.TYPE_BYTE_GRAY, 200, 150, 8);
        Raster expected = new ConvolveOp(kernel.toAwt()).filter(src, null).getRaster();
        Raster actual = new ConvolutionOp(kernel.toAwt()).filter(src, null).getRaster();
        int off = 0;
        for (int i = 0; i < 200 * 150; i++) {
            int x = i % 200;
            int y = i / 200;
            int difference = actual.getSample(x, y, 0) - expected.getSample(x, y, 0);
            if (difference != 0) {
                off++;
                assertThat(Math.abs(difference)).isOne();
                double sum = sum(src.getRaster(), x, y, kernel);
                assertThat(Math.abs(sum - Math.rint(sum))).isLessThan(weights.length * 255 * 0x1p-23);
            }
        }
        assertThat(off).isLessThan(200);
    }

    private static double sum(Raster src, int x, int y, ImageKernel kernel) {
        double sum = 0;
        for (int j = 0; j < kernel.height(); j++) {
            for (int i = 0; i < kernel.width(); i++) {
                sum += (double) kernel.weight(i, j)
                        * src.getSample(x + kernel.originX() - i, y + kernel.originY() - j, 0);
            }
        }
        return sum;
    }
}
