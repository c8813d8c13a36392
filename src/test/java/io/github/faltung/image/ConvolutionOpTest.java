package io.github.faltung.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.Faltung;
import io.github.faltung.convolution.Engine;
import io.github.faltung.reference.ReferenceEngine;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.Kernel;
import java.awt.image.Raster;
import java.awt.image.SampleModel;
import java.awt.image.WritableRaster;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kernel × every type × every edge: each sample is that of a plain loop in double precision, bit by bit: unrounded sums, too,
 * since both add the products row by row. */
class ConvolutionOpTest {
    private static final double CONSTANT = 3;

    private static Engine planned;
    private static Engine reference;

    @BeforeAll
    static void open() {
        planned = Faltung.open();
        reference = new ReferenceEngine();
    }

    @AfterAll
    static void close() {
        planned.close();
        reference.close();
    }

    /** Makes an operation on the shared engine. */
    private static ConvolutionOp op(ImageKernel kernel, Edge edge) {
        return ConvolutionOp.with(kernel).constantEdge(CONSTANT).edge(edge).build();
    }

    /** Named ones, and random ones of all sizes up to 6 × 5 with random origins. */
    static List<ImageKernel> kernels() {
        var kernels = new ArrayList<ImageKernel>();
        for (NamedKernel named : NamedKernel.values()) {
            kernels.add(NamedKernel.of(named.toString()));
        }
        var random = new Random(1);
        for (int i = 0; i < 30; i++) {
            int width = 1 + i % 6;
            int height = 1 + i / 6;
            var weights = new float[width * height];
            for (int k = 0; k < weights.length; k++) {
                weights[k] = (float) random.nextGaussian() / width;
            }
            kernels.add(
                    ImageKernel.of(width, height, weights).withOrigin(random.nextInt(width), random.nextInt(height)));
        }
        return kernels;
    }

    private static void requireExact(Raster src, Raster dst, ImageKernel kernel, Edge edge) {
        for (int y = 0; y < src.getHeight(); y++) {
            for (int x = 0; x < src.getWidth(); x++) {
                for (int band = 0; band < src.getNumBands(); band++) {
                    double actual = dst.getSampleDouble(dst.getMinX() + x, dst.getMinY() + y, band);
                    double expected = PlainConvolution.sample(src, band, x, y, kernel, edge, CONSTANT);
                    if (actual != expected) {
                        throw new AssertionError(actual + " must be " + expected + " at " + x + "," + y + " band "
                                + band + ": " + kernel + " " + edge + " " + src.getSampleModel());
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void filter_everyKernelOnEveryTypeAndEdge_isExact(ImageKernel kernel) {
        for (int type = BufferedImage.TYPE_INT_RGB; type <= BufferedImage.TYPE_USHORT_GRAY; type++) {
            BufferedImage src = TestImages.noise(type, 13, 11, type);
            for (Edge edge : Edge.values()) {
                BufferedImage dst = op(kernel, edge).filter(src, null);
                assertThat(dst.getType()).isEqualTo(type);
                requireExact(src.getRaster(), dst.getRaster(), kernel, edge);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_3BYTE_BGR, BufferedImage.TYPE_INT_RGB})
    void filter_pictureOfSeveralStripsWithFlatParts_isExact(int type) {
        BufferedImage src = TestImages.noise(type, 900, 260, 7);
        for (int y = 20; y < 200; y++) {
            for (int x = 30; x < 500; x++) {
                src.setRGB(x, y, x < 250 ? 0xffffffff : 0xff6464c8);
            }
        }
        for (ImageKernel kernel : List.of(Kernels.gaussian(1.5, 7), Kernels.box(5))) {
            for (Edge edge : List.of(Edge.NO_OP, Edge.REPLICATE)) {
                BufferedImage dst = op(kernel, edge).filter(src, null);
                requireExact(src.getRaster(), dst.getRaster(), kernel, edge);
            }
        }
    }

    /** Some bands are flat where others are not; windows of one row or column are as wide as the picture's last pixels. */
    @Test
    void filter_bandsThatAreFlatByThemselves_areExact() {
        List<ImageKernel> kernels = List.of(
                Kernels.gaussian(1.5, 7),
                ImageKernel.of(1, 3, 0.3f, 0.3f, 0.4f),
                ImageKernel.of(3, 1, 0.3f, 0.3f, 0.4f),
                ImageKernel.of(1, 1, 0.7f));
        for (int type : List.of(BufferedImage.TYPE_3BYTE_BGR, BufferedImage.TYPE_INT_RGB)) {
            WritableRaster src = TestImages.noise(type, 130, 40, 11).getRaster();
            for (int i = 0; i < 130 * 40; i++) {
                src.setSample(i % 130, i / 130, i / 130 < 20 ? 0 : 2, i % 130 < 70 ? 255 : 90);
            }
            for (ImageKernel kernel : kernels) {
                requireExact(src, op(kernel, Edge.REPLICATE).filter(src, null), kernel, Edge.REPLICATE);
            }
        }
    }

    @Test
    void filter_someBandsOfARaster_areExact() {
        ImageKernel kernel = Kernels.gaussian(1, 5);
        WritableRaster all =
                TestImages.noise(BufferedImage.TYPE_4BYTE_ABGR, 60, 30, 12).getRaster();
        for (int[] bands : new int[][] {{0}, {3}, {3, 2}, {2, 1}, {1, 3}}) {
            Raster src = all.createChild(0, 0, 60, 30, 0, 0, bands);
            WritableRaster around =
                    TestImages.noise(BufferedImage.TYPE_4BYTE_ABGR, 60, 30, 13).getRaster();
            WritableRaster dst = around.createWritableChild(0, 0, 60, 30, 0, 0, bands);
            op(kernel, Edge.WRAP).filter(src, dst);
            requireExact(src, dst, kernel, Edge.WRAP);
        }
    }

    static List<ColorModel> customModels() {
        return TestImages.customModels();
    }

    @ParameterizedTest
    @MethodSource("customModels")
    void filter_customImages_areExact(ColorModel model) {
        BufferedImage src = TestImages.fill(TestImages.custom(model, 9, 8), 3);
        for (ImageKernel kernel : kernels()) {
            BufferedImage dst = op(kernel, Edge.REFLECT).filter(src, null);
            assertThat(dst.getColorModel()).isEqualTo(model);
            requireExact(src.getRaster(), dst.getRaster(), kernel, Edge.REFLECT);
        }
    }

    static List<SampleModel> sampleModels() {
        return TestImages.sampleModels(10, 7);
    }

    @ParameterizedTest
    @MethodSource("sampleModels")
    void filter_rasterOfEverySampleModel_isExact(SampleModel model) {
        WritableRaster src = TestImages.fill(Raster.createWritableRaster(model, null), 5);
        for (String name : List.of("gaussian", "sobel-x", "roberts-1", "unsharp", "binomial:size=2")) {
            ImageKernel kernel = NamedKernel.of(name);
            for (Edge edge : Edge.values()) {
                WritableRaster dst = op(kernel, edge).filter(src, null);
                assertThat(dst.getSampleModel().getDataType()).isEqualTo(model.getDataType());
                requireExact(src, dst, kernel, edge);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void filter_partsOfRastersAtAnyPlace_areExact(Edge edge) {
        ImageKernel kernel = NamedKernel.of("gaussian");
        for (SampleModel model : TestImages.sampleModels(20, 18)) {
            WritableRaster whole = TestImages.fill(Raster.createWritableRaster(model, null), 6);
            Raster src = whole.createChild(3, 4, 10, 9, -5, 100, null);
            WritableRaster around = TestImages.fill(whole.createCompatibleWritableRaster(), 7);
            Raster before = around.createCompatibleWritableRaster();
            ((WritableRaster) before).setRect(around);
            WritableRaster dst = around.createWritableChild(5, 6, 10, 9, 7, -8, null);
            assertThat(op(kernel, edge).filter(src, dst)).isSameAs(dst);
            requireExact(src, dst, kernel, edge);
            dst.setRect(before.createChild(5, 6, 10, 9, 7, -8, null));
            assertThat(around.getPixels(0, 0, 20, 18, (double[]) null))
                    .as("what is around is untouched")
                    .isEqualTo(before.getPixels(0, 0, 20, 18, (double[]) null));
        }
    }

    static Stream<String> largeKernels() {
        return Stream.of(
                "box:size=31",
                "gaussian:sigma=5,size=41",
                "gabor:sigma=6,lambda=9,size=37",
                "gaussian:sigma=5",
                "gabor:sigma=4,lambda=6",
                "motion:length=40,angle=20",
                "log:sigma=3");
    }

    /** Flat areas put sums near to whole numbers, where the f32 layer can't tell; both engines come to the same. */
    @ParameterizedTest
    @MethodSource("largeKernels")
    void filter_largeKernelsOnLargerImages_areExact(String name) {
        ImageKernel kernel = NamedKernel.of(name);
        for (int type : List.of(
                BufferedImage.TYPE_BYTE_GRAY,
                BufferedImage.TYPE_USHORT_GRAY,
                BufferedImage.TYPE_3BYTE_BGR,
                BufferedImage.TYPE_INT_RGB)) {
            BufferedImage src = TestImages.noise(type, 70, 50, 8);
            for (int i = 0; i < 70 * 25; i++) {
                src.getRaster().setSample(i % 70, i / 70, 0, 100 + i / 1000);
            }
            for (Engine engine : List.of(planned, reference)) {
                BufferedImage dst = ConvolutionOp.with(kernel)
                        .edge(Edge.MIRROR)
                        .engine(engine)
                        .build()
                        .filter(src, null);
                requireExact(src.getRaster(), dst.getRaster(), kernel, Edge.MIRROR);
            }
        }
    }

    /** More rows than are read at once: what one strip computes fits what the next does. */
    @Test
    void filter_imageOfSeveralStrips_isExact() {
        ImageKernel kernel = NamedKernel.of("unsharp:sigma=0.6,size=3");
        BufferedImage src = TestImages.noise(BufferedImage.TYPE_3BYTE_BGR, 700, 700, 9);
        for (Edge edge : List.of(Edge.WRAP, Edge.NO_OP)) {
            requireExact(src.getRaster(), op(kernel, edge).filter(src, null).getRaster(), kernel, edge);
        }
    }

    @Test
    void filter_kernelsOfHugeOrTinyOrNoWeights_isExact() {
        BufferedImage src = TestImages.noise(BufferedImage.TYPE_BYTE_GRAY, 9, 9, 10);
        for (float scale : new float[] {0, Float.MIN_VALUE, 1e-30f, 3e-3f, 1e4f, 1e9f, 1e37f}) {
            ImageKernel kernel = ImageKernel.of(2, 2, scale, -scale / 3, scale / 7, -scale / 2);
            requireExact(
                    src.getRaster(), op(kernel, Edge.WRAP).filter(src, null).getRaster(), kernel, Edge.WRAP);
        }
    }

    @Test
    void roundToNearest_keepsFlatAreas() {
        var white = new BufferedImage(40, 40, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < 1600; i++) {
            white.getRaster().setSample(i % 40, i / 40, 0, 255);
        }
        for (String name : List.of("box:size=5", "box:size=7", "gaussian:sigma=2", "motion", "binomial")) {
            ConvolutionOpBuilder op = ConvolutionOp.with(NamedKernel.of(name)).edge(Edge.REPLICATE);
            BufferedImage dst = op.roundToNearest().build().filter(white, null);
            assertThat(dst.getRaster().getPixels(0, 0, 40, 40, (int[]) null))
                    .as(name)
                    .containsOnly(255);
        }
    }

    /** The JDK's own way makes a raster of the parent's size of some sample models. */
    @Test
    void filter_childOfBandedRaster_isOfTheChildsSize() {
        WritableRaster parent = Raster.createBandedRaster(DataBuffer.TYPE_INT, 10, 8, 1, null);
        for (int i = 0; i < 80; i++) {
            parent.setSample(i % 10, i / 10, 0, i);
        }
        Raster child = parent.createChild(2, 2, 5, 4, 0, 0, null);
        WritableRaster dst = new ConvolutionOp(new Kernel(1, 1, new float[] {1})).filter(child, null);
        assertThat(dst.getBounds()).isEqualTo(new Rectangle(0, 0, 5, 4));
        assertThat(dst.getPixels(0, 1, 5, 1, (int[]) null)).containsExactly(32, 33, 34, 35, 36);
    }

    /** Strips that are filtered at the same time would read what others have written. */
    @Test
    void filter_twoBuffersOfOneArray_isRight() {
        var op = ConvolutionOp.with(
                        ImageKernel.of(new Kernel(3, 3, new float[] {.1f, .1f, .1f, .1f, .2f, .1f, .1f, .1f, .1f})))
                .edge(Edge.REPLICATE)
                .build();
        int size = 900;
        var shared = new byte[size * size];
        new Random(3).nextBytes(shared);
        WritableRaster right = op.filter(grey(shared.clone(), size), null);
        op.filter(grey(shared, size), grey(shared, size));
        assertThat(shared).isEqualTo(((DataBufferByte) right.getDataBuffer()).getData());
    }

    private static WritableRaster grey(byte[] samples, int size) {
        return Raster.createInterleavedRaster(
                new DataBufferByte(samples, samples.length), size, size, size, 1, new int[] {0}, null);
    }

    /** What is left of the weights once floats hold no more of it was taken off again and again, for ever. */
    @ParameterizedTest
    @CsvSource({"1e9, 1e-30", "1e30, 1e-20", "1e7, 1e-38"})
    @Timeout(60)
    void filter_weightsFarApart_ends(float large, float small) {
        BufferedImage image = TestImages.noise(BufferedImage.TYPE_BYTE_GRAY, 8, 8, 1);
        BufferedImage dst = new ConvolutionOp(new Kernel(2, 2, new float[] {large, 1, small, 0})).filter(image, null);
        assertThat(dst.getRaster().getSample(3, 3, 0)).isEqualTo(255);
    }
}
