package io.github.faltung.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.Kernel;
import org.junit.jupiter.api.Test;

class ImageKernelTest {
    @Test
    void of_arrays_areCopied() {
        float[] weights = {1, 2};
        ImageKernel kernel = ImageKernel.of(2, 1, weights);
        weights[0] = 9;
        kernel.weights()[1] = 9;

        assertThat(kernel.weights()).containsExactly(1, 2);
        assertThat(kernel).isNotEqualTo(kernel.withOrigin(1, 0)).hasToString("2x1 at 0,0 [1.0 2.0]");
        assertThat(ImageKernel.of(1, 2, 1, 2))
                .hasToString("1x2 at 0,0 [1.0; 2.0]")
                .isNotEqualTo(kernel);
        assertThat(kernel.hashCode()).isEqualTo(ImageKernel.of(2, 1, 1, 2).hashCode());
    }

    @Test
    void toAwt_middleOrigin_isTheSame() {
        var awt = new Kernel(3, 2, new float[] {1, 2, 3, 4, 5, 6});
        ImageKernel kernel = ImageKernel.of(awt);

        assertThat(kernel.originX()).isEqualTo(awt.getXOrigin()).isOne();
        assertThat(kernel.toAwt().getKernelData(null)).containsExactly(1, 2, 3, 4, 5, 6);
    }

    /** Every weight stays as far from the origin as it was. */
    @Test
    void toAwt_anyOrigin_addsZerosUntilItIsInTheMiddle() {
        for (int ox = 0; ox < 4; ox++) {
            for (int oy = 0; oy < 3; oy++) {
                ImageKernel kernel = ImageKernel.of(4, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
                        .withOrigin(ox, oy);
                ImageKernel awt = ImageKernel.of(kernel.toAwt());
                int dx = awt.originX() - ox;
                int dy = awt.originY() - oy;
                assertThat(awt.sum()).isEqualTo(78);
                for (int i = 0; i < 12; i++) {
                    assertThat(awt.weight(i % 4 + dx, i / 4 + dy)).isEqualTo(kernel.weight(i % 4, i / 4));
                }
            }
        }
    }

    @Test
    void flippedAndTransposed_takeTheOriginAlong() {
        ImageKernel kernel = ImageKernel.of(3, 2, 1, 2, 3, 4, 5, 6).withOrigin(0, 1);

        assertThat(kernel.flipped())
                .isEqualTo(ImageKernel.of(3, 2, 6, 5, 4, 3, 2, 1).withOrigin(2, 0));
        assertThat(kernel.transposed())
                .isEqualTo(ImageKernel.of(2, 3, 1, 4, 2, 5, 3, 6).withOrigin(1, 0));
        assertThat(kernel.flipped().flipped()).isEqualTo(kernel);
    }

    @Test
    void of_wrongSizes_areRefused() {
        assertThatThrownBy(() -> ImageKernel.of(0, 1)).hasMessageContaining("positive, but were 0 and 1");
        assertThatThrownBy(() -> ImageKernel.of(2, 2, 1, 2, 3)).hasMessageContaining("4 numbers of 2x2, but were 3");
        assertThatThrownBy(() -> ImageKernel.of(1, 1, 1).withOrigin(0, 1))
                .hasMessageContaining("inside 1x1, but was 0, 1");
        assertThatThrownBy(() -> ImageKernel.of(1, 1, 1).weight(0, 1)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
