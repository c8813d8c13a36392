package io.github.faltung.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BandedSampleModel;
import java.awt.image.BufferedImage;
import java.awt.image.ConvolveOp;
import java.awt.image.DataBuffer;
import java.awt.image.ImagingOpException;
import java.awt.image.Kernel;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.awt.image.SampleModel;
import java.awt.image.WritableRaster;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each difference from {@link ConvolveOp} that {@link ConvolutionOp}'s Javadoc names, shown on both. */
class ConvolveOpDifferencesTest {
    private static final Kernel IDENTITY = new Kernel(3, 3, new float[] {0, 0, 0, 0, 1, 0, 0, 0, 0});

    private static Kernel box(int size) {
        var weights = new float[size * size];
        Arrays.fill(weights, 1f / size / size);
        return new Kernel(size, size, weights);
    }

    private static BufferedImage flat(int type, int sample) {
        var image = new BufferedImage(40, 40, type);
        for (int i = 0; i < 1600; i++) {
            image.getRaster().setSample(i % 40, i / 40, 0, sample);
        }
        return image;
    }

    private static int middle(BufferedImage image) {
        return image.getRaster().getSample(image.getWidth() / 2, image.getHeight() / 2, 0);
    }

    /** Its weights are rounded: sums next to whole numbers come out one off. */
    @Test
    void whiteMean_sumJustAboveWhite_isWhiteHereOnly() {
        BufferedImage white = flat(BufferedImage.TYPE_BYTE_GRAY, 255);
        for (int size : new int[] {7, 13, 15}) {
            double sum = 255.0 * (1f / size / size) * size * size;
            assertThat(sum).isGreaterThan(255);
            assertThat(middle(new ConvolveOp(box(size)).filter(white, null))).isEqualTo(254);
            assertThat(middle(new ConvolutionOp(box(size)).filter(white, null))).isEqualTo(255);
        }
        // Both round down: here the sum is just below.
        assertThat(255.0 * (1f / 5 / 5) * 25).isLessThan(255);
        assertThat(middle(new ConvolveOp(box(5)).filter(white, null))).isEqualTo(254);
        assertThat(middle(new ConvolutionOp(box(5)).filter(white, null))).isEqualTo(254);
    }

    @Test
    void sixteenBits_fromHalfTheRangeOn_areSignedThereOnly() {
        BufferedImage bright = flat(BufferedImage.TYPE_USHORT_GRAY, 50_000);
        var half = new Kernel(1, 1, new float[] {0.5f});

        // 50,000 − 65,536 = −15,536; its half, of 16 bits without sign
        assertThat(middle(new ConvolveOp(half).filter(bright, null))).isEqualTo(65_536 - 15_536 / 2);
        assertThat(middle(new ConvolutionOp(half).filter(bright, null))).isEqualTo(25_000);

        BufferedImage dark = flat(BufferedImage.TYPE_USHORT_GRAY, 20_000);
        assertThat(middle(new ConvolveOp(new Kernel(1, 1, new float[] {2})).filter(dark, null)))
                .isEqualTo(32_767);
        assertThat(middle(new ConvolutionOp(new Kernel(1, 1, new float[] {2})).filter(dark, null)))
                .isEqualTo(40_000);
        assertThat(middle(new ConvolveOp(new Kernel(1, 1, new float[] {-1})).filter(dark, null)))
                .isEqualTo(45_536);
        assertThat(middle(new ConvolutionOp(new Kernel(1, 1, new float[] {-1})).filter(dark, null)))
                .isZero();
    }

    @Test
    void binaryRaster_sumBeyondOne_isOneHereOnly() {
        WritableRaster one = flat(BufferedImage.TYPE_BYTE_BINARY, 1).getRaster();
        var twice = new Kernel(1, 1, new float[] {2});

        assertThat(new ConvolveOp(twice).filter(one, null).getSample(20, 20, 0)).isZero();
        assertThat(new ConvolutionOp(twice).filter(one, null).getSample(20, 20, 0))
                .isOne();
    }

    /** Nothing is filtered, and yet the colours change. */
    @Test
    void destinationOfOtherType_identity_keepsColoursHereOnly() {
        for (int from = BufferedImage.TYPE_INT_RGB; from <= BufferedImage.TYPE_USHORT_565_RGB; from++) {
            for (int to = BufferedImage.TYPE_INT_RGB; to <= BufferedImage.TYPE_4BYTE_ABGR_PRE; to++) {
                if (from == to) {
                    continue; // samples stay as they are
                }
                BufferedImage src = TestImages.noise(from, 9, 9, 1);
                BufferedImage expected = new BufferedImage(9, 9, to);
                for (int i = 0; i < 81; i++) {
                    expected.setRGB(i % 9, i / 9, src.getRGB(i % 9, i / 9));
                }
                BufferedImage actual = new ConvolutionOp(IDENTITY, ConvolveOp.EDGE_NO_OP, null)
                        .filter(src, new BufferedImage(9, 9, to));
                assertThat(actual.getRGB(0, 0, 9, 9, null, 0, 9)).isEqualTo(expected.getRGB(0, 0, 9, 9, null, 0, 9));
            }
        }
        BufferedImage src = flat(BufferedImage.TYPE_INT_RGB, 255); // red
        assertThat(new ConvolveOp(IDENTITY)
                        .filter(src, new BufferedImage(40, 40, BufferedImage.TYPE_4BYTE_ABGR))
                        .getRGB(20, 20))
                .isEqualTo(0xff0000ff); // blue
        BufferedImage bgr = flat(BufferedImage.TYPE_3BYTE_BGR, 255);
        assertThatThrownBy(() ->
                        new ConvolveOp(IDENTITY).filter(bgr, new BufferedImage(40, 40, BufferedImage.TYPE_INT_RGB)))
                .isInstanceOf(ImagingOpException.class);
    }

    @Test
    void destinationWithAlpha_border_isOpaqueHereOnly() {
        BufferedImage src = flat(BufferedImage.TYPE_INT_RGB, 255);

        assertThat(new ConvolveOp(IDENTITY)
                        .filter(src, new BufferedImage(40, 40, BufferedImage.TYPE_INT_ARGB))
                        .getRGB(0, 0))
                .isZero();
        assertThat(new ConvolutionOp(IDENTITY)
                        .filter(src, new BufferedImage(40, 40, BufferedImage.TYPE_INT_ARGB))
                        .getRGB(0, 0))
                .isEqualTo(0xff000000);
    }

    /** In spite of its Javadoc, which promises premultiplied colours. Here it is no difference. */
    @Test
    void alpha_isABandLikeOthersInBoth() {
        var src = new BufferedImage(3, 1, BufferedImage.TYPE_INT_ARGB);
        src.setRGB(0, 0, 0x00ffffff); // invisible white
        src.setRGB(1, 0, 0xff000000);
        var mean = new Kernel(3, 1, new float[] {0, 0.5f, 0.5f});

        assertThat(new ConvolveOp(mean).filter(src, null).getRGB(1, 0))
                .isEqualTo(new ConvolutionOp(mean).filter(src, null).getRGB(1, 0))
                .isEqualTo(0x7f7f7f7f);
    }

    @ParameterizedTest
    @ValueSource(floats = {0, 20_000, -70_000, 1e9f})
    void weights_zeroOrLarge_areRefusedThereOnly(float weight) {
        BufferedImage src = flat(BufferedImage.TYPE_BYTE_GRAY, 1);
        var kernel = new Kernel(1, 1, new float[] {weight});

        assertThatThrownBy(() -> new ConvolveOp(kernel).filter(src, null)).isInstanceOf(ImagingOpException.class);
        assertThat(middle(new ConvolutionOp(kernel).filter(src, null))).isEqualTo(weight > 0 ? 255 : 0);
    }

    static List<SampleModel> refusedModels() {
        return List.of(
                new BandedSampleModel(DataBuffer.TYPE_BYTE, 5, 5, 3),
                new PixelInterleavedSampleModel(DataBuffer.TYPE_BYTE, 5, 5, 3, 15, new int[] {2, 1, 0}),
                new PixelInterleavedSampleModel(DataBuffer.TYPE_BYTE, 5, 5, 5, 25, new int[] {0, 1, 2, 3, 4}),
                new BandedSampleModel(DataBuffer.TYPE_SHORT, 5, 5, 1),
                new BandedSampleModel(DataBuffer.TYPE_INT, 5, 5, 1),
                new BandedSampleModel(DataBuffer.TYPE_FLOAT, 5, 5, 1),
                new BandedSampleModel(DataBuffer.TYPE_DOUBLE, 5, 5, 1));
    }

    @ParameterizedTest
    @MethodSource("refusedModels")
    void rasters_ofTheseModels_areRefusedThereOnly(SampleModel model) {
        WritableRaster src = TestImages.fill(Raster.createWritableRaster(model, null), 1);

        assertThatThrownBy(() -> new ConvolveOp(IDENTITY).filter(src, null)).isInstanceOf(ImagingOpException.class);
        assertThat(new ConvolutionOp(IDENTITY).filter(src, null).getPixel(2, 2, (double[]) null))
                .isEqualTo(src.getPixel(2, 2, (double[]) null));
    }

    @Test
    void rasters_ofTwoTypes_areRefusedThereOnly() {
        Raster src = flat(BufferedImage.TYPE_USHORT_GRAY, 300).getRaster();
        WritableRaster dst = flat(BufferedImage.TYPE_BYTE_GRAY, 1).getRaster();

        assertThatThrownBy(() -> new ConvolveOp(IDENTITY).filter(src, dst)).isInstanceOf(ImagingOpException.class);
        assertThat(new ConvolutionOp(IDENTITY).filter(src, dst).getSample(20, 20, 0))
                .isEqualTo(255);
    }

    @Test
    void greyIntoIndexed_isRefusedThereOnly() {
        BufferedImage src = flat(BufferedImage.TYPE_BYTE_GRAY, 255);
        var dst = new BufferedImage(40, 40, BufferedImage.TYPE_BYTE_INDEXED);

        assertThatThrownBy(() -> new ConvolveOp(IDENTITY).filter(src, dst))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(new ConvolutionOp(IDENTITY).filter(src, dst).getRGB(20, 20) & 0xff)
                .isGreaterThan(250);
    }

    @Test
    @SuppressWarnings("NullAway")
    void kernel_null_isRefusedAtOnceHereOnly() {
        assertThatCode(() -> new ConvolveOp(null)).doesNotThrowAnyException();
        assertThatThrownBy(() -> new ConvolutionOp(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("kernel");
    }

    @Test
    void sharedMemory_isRightHereOnly() {
        BufferedImage whole = TestImages.noise(BufferedImage.TYPE_BYTE_GRAY, 30, 30, 2);
        BufferedImage src = whole.getSubimage(0, 0, 20, 20);
        int[] expected = new ConvolutionOp(box(3)).filter(src, null).getRaster().getPixels(0, 0, 20, 20, (int[]) null);

        new ConvolutionOp(box(3)).filter(src, whole.getSubimage(1, 1, 20, 20));
        assertThat(whole.getRaster().getPixels(1, 1, 20, 20, (int[]) null)).isEqualTo(expected);
        BufferedImage again = TestImages.noise(BufferedImage.TYPE_BYTE_GRAY, 30, 30, 2);
        new ConvolveOp(box(3)).filter(again.getSubimage(0, 0, 20, 20), again.getSubimage(1, 1, 20, 20));
        assertThat(again.getRaster().getPixels(1, 1, 20, 20, (int[]) null)).isNotEqualTo(expected);
    }
}
