package io.github.faltung.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinearLightTest {
    /** IEC 61966-2-1. */
    private static double light(double code) {
        return code <= 0.04045 ? code / 12.92 : Math.pow((code + 0.055) / 1.055, 2.4);
    }

    private static double code(double light) {
        return light <= 0.0031308 ? light * 12.92 : 1.055 * Math.pow(light, 1 / 2.4) - 0.055;
    }

    private static ConvolutionOp op(ImageKernel kernel) {
        return ConvolutionOp.with(kernel).edge(Edge.REPLICATE).linearLight().build();
    }

    @Test
    void blackAndWhite_meanIsHalfTheLight() {
        var src = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_GRAY);
        src.getRaster().setSample(1, 0, 0, 255);

        BufferedImage dst = op(ImageKernel.of(2, 1, 0.5f, 0.5f)).filter(src, null);
        assertThat(dst.getRaster().getSample(1, 0, 0)).isEqualTo(188);
        assertThat(dst.getRaster().getSample(0, 0, 0)).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13})
    void identity_everyType_changesNothing(int type) {
        BufferedImage src = TestImages.noise(type, 20, 20, 1);
        if (src.isAlphaPremultiplied()) {
            src.setRGB(0, 0, 20, 20, TestImages.noise(2, 20, 20, 1).getRGB(0, 0, 20, 20, null, 0, 20), 0, 20);
        }

        BufferedImage dst = op(Kernels.identity()).filter(src, null);
        assertThat(dst.getRGB(0, 0, 20, 20, null, 0, 20)).isEqualTo(src.getRGB(0, 0, 20, 20, null, 0, 20));
    }

    /** Against the formulas in both directions; alpha is summed as it is. */
    @ParameterizedTest
    @ValueSource(ints = {2, 5, 8, 10, 11})
    void gaussian_everyType_isTheNearestCodeOfTheLight(int type) {
        ImageKernel kernel = NamedKernel.of("gaussian:sigma=0.8,size=5");
        BufferedImage image = TestImages.noise(type, 24, 20, 2);
        Raster src = image.getRaster();
        Raster dst = op(kernel).filter(image, null).getRaster();
        for (int i = 0; i < 480; i++) {
            for (int band = 0; band < src.getNumBands(); band++) {
                double most = (1 << src.getSampleModel().getSampleSize(band)) - 1;
                boolean isAlpha = band == 3;
                double sum = 0;
                for (int k = 0; k < 25; k++) {
                    int x = Math.max(0, Math.min(23, i % 24 + 2 - k % 5));
                    int y = Math.max(0, Math.min(19, i / 24 + 2 - k / 5));
                    double sample = src.getSample(x, y, band);
                    sum += (double) kernel.weight(k % 5, k / 5) * (isAlpha ? sample : (float) light(sample / most));
                }
                double expected = isAlpha ? Math.floor(sum) : Math.rint(most * code(Math.max(0, Math.min(1, sum))));
                assertThat((double) dst.getSample(i % 24, i / 24, band)).isEqualTo(expected);
            }
        }
    }

    @Test
    void destinationOfOtherType_isConverted() {
        BufferedImage src = TestImages.noise(BufferedImage.TYPE_3BYTE_BGR, 9, 9, 3);
        ImageKernel kernel = NamedKernel.of("sharpen");

        BufferedImage dst = op(kernel).filter(src, new BufferedImage(9, 9, BufferedImage.TYPE_INT_ARGB_PRE));
        assertThat(dst.getRGB(0, 0, 9, 9, null, 0, 9))
                .isEqualTo(op(kernel).filter(src, null).getRGB(0, 0, 9, 9, null, 0, 9));
    }
}
