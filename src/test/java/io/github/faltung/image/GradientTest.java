package io.github.faltung.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.util.function.IntBinaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GradientTest {
    private static BufferedImage image(IntBinaryOperator brightness) {
        var image = new BufferedImage(20, 16, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < 320; i++) {
            image.getRaster().setSample(i % 20, i / 20, 0, brightness.applyAsInt(i % 20, i / 20));
        }
        return image;
    }

    /** A slope of so much a pixel; Sobel's weights add up to 8 times that. */
    @ParameterizedTest
    @CsvSource({"5, 0", "-5, 0", "0, 5", "0, -5", "3, 4", "-3, 4"})
    void slope_anyDirection_isMeasured(int right, int down) {
        Gradient gradient = Gradient.of(image((x, y) -> 128 + right * (x - 10) + down * (y - 8)), Kernels.sobelX());

        int middle = 8 * 20 + 10;
        assertThat(gradient.magnitude()[middle]).isEqualTo(40, within(1e-3f));
        assertThat(gradient.direction()[middle]).isEqualTo((float) Math.atan2(down, right), within(1e-5f));
        assertThat(gradient.width()).isEqualTo(20);
        assertThat(gradient.height()).isEqualTo(16);
    }

    @Test
    void edges_ofASquare_areThinAndClosed() {
        BufferedImage square = image((x, y) -> x >= 5 && x < 14 && y >= 4 && y < 12 ? 200 : 20);

        Picture edges = Gradient.of(square, Kernels.scharrX()).edges(100);
        for (int y = 6; y < 10; y++) {
            int crossed = 0;
            for (int x = 0; x < 20; x++) {
                crossed += edges.at(0, y, x) > 0 ? 1 : 0;
            }
            assertThat(crossed).as("edges in row %s", y).isEqualTo(2);
        }
        assertThat(Gradient.of(square, Kernels.scharrX()).edges(1e6).planes()).containsOnly(0);
    }

    @Test
    void flatImage_hasNoEdges() {
        assertThat(Gradient.of(image((x, y) -> 77), Kernels.prewittX()).edges(0).planes())
                .containsOnly(0);
    }
}
