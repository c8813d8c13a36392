package io.github.faltung.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PictureTest {
    @Test
    void of_rgb_fillsOnePlaneForEachColour() {
        var image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, 0x010203);
        image.setRGB(1, 0, 0xfffefd);

        assertThat(Picture.of(image).planes()).containsExactly(1, 255, 2, 254, 3, 253);
    }

    @Test
    void of_grey_keepsTheSamplesAsTheyAre() {
        var image = new BufferedImage(3, 1, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setPixels(0, 0, 3, 1, new int[] {0, 100, 255});

        assertThat(Picture.of(image).planes()).containsExactly(0, 100, 255, 0, 100, 255, 0, 100, 255);
    }

    @Test
    void of_sixteenBitGrey_roundsToEightBits() {
        var image = new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_GRAY);
        image.getRaster().setPixels(0, 0, 2, 1, new int[] {257 * 100, 65535});

        assertThat(Picture.of(image).planes()).containsExactly(100, 255, 100, 255, 100, 255);
    }

    @Test
    void of_transparent_showsWhite() {
        var image = new BufferedImage(3, 1, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(0, 0, 0x00123456);
        image.setRGB(1, 0, 0xff123456);
        image.setRGB(2, 0, 0x33000000); // one fifth black

        assertThat(Picture.of(image).planes()).containsExactly(255, 0x12, 204, 255, 0x34, 204, 255, 0x56, 204);
    }

    @Test
    void toBufferedImage_valuesBeyondTheRange_areHeldWithinIt() {
        BufferedImage image = new Picture(1, 4, 1, new float[] {-7, 99.5f, 255.4f, 1000}).toBufferedImage();

        assertThat(image.getRaster().getPixels(0, 0, 4, 1, (int[]) null)).containsExactly(0, 100, 255, 255);
    }

    @Test
    void toBufferedImage_rgb_isReadBackUnchanged() {
        var planes = new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

        assertThat(Picture.of(new Picture(3, 2, 2, planes).toBufferedImage()).planes())
                .containsExactly(planes);
    }

    @ParameterizedTest
    @EnumSource(
            value = Layout.class,
            names = {"CHANNELS_FIRST", "CHANNELS_LAST"})
    void toTensor_layout_holdsThePlanes(Layout layout) {
        var picture = new Picture(3, 2, 1, new float[] {1, 2, 3, 4, 5, 6});

        try (Tensor tensor = picture.toTensor(layout)) {
            assertThat(tensor.dims()).isEqualTo(Dims.of(1, 3, 1, 2));
            assertThat(tensor.isDense(layout)).isTrue();
            assertThat(tensor.toFloatArray()).containsExactly(1, 2, 3, 4, 5, 6);
        }
    }

    @Test
    void at_beyondTheBorder_isTheNearestPixel() {
        var picture = new Picture(1, 2, 2, new float[] {1, 2, 3, 4});

        assertThat(picture.at(0, -1, -5)).isEqualTo(1);
        assertThat(picture.at(0, 0, 2)).isEqualTo(2);
        assertThat(picture.at(0, 9, 0)).isEqualTo(3);
        assertThat(picture.at(0, 2, 2)).isEqualTo(4);
    }

    @Test
    void shrunkTo_wholeRatio_isTheMeanOfEachBlock() {
        var picture = new Picture(1, 4, 2, new float[] {1, 3, 10, 20, 5, 7, 30, 40});

        Picture small = picture.shrunkTo(2);

        assertThat(small.width()).isEqualTo(2);
        assertThat(small.height()).isEqualTo(1);
        assertThat(small.planes()).containsExactly(4, 25);
    }

    @Test
    void shrunkTo_anyRatio_keepsTheMeanOfAFlatPicture() {
        var planes = new float[3 * 7 * 5];
        Arrays.fill(planes, 42);

        Picture small = new Picture(3, 7, 5, planes).shrunkTo(11);

        assertThat(small.width() * small.height()).isBetween(1, 11);
        assertThat(small.planes()).containsOnly(42);
    }

    @Test
    void shrunkTo_thinPicture_keepsOnePixelAcross() {
        Picture small = new Picture(1, 1, 1000, new float[1000]).shrunkTo(10);

        assertThat(small.width()).isEqualTo(1);
        assertThat(small.height()).isBetween(1, 10);
    }

    @Test
    void shrunkTo_smallEnough_isTheSame() {
        var picture = new Picture(1, 2, 2, new float[4]);

        assertThat(picture.shrunkTo(4)).isSameAs(picture);
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 2, Integer.MAX_VALUE})
    void withChannels_neither1Nor3_isRefusedBeforeAnythingIsAllocated(int wanted) {
        var picture = new Picture(1, 2, 1, new float[2]);

        assertThatThrownBy(() -> picture.withChannels(wanted))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("channels must be 1 or 3, but were " + wanted);
    }

    @Test
    void new_wrongNumberOfElements_isRefusedWithTheNumbers() {
        assertThatThrownBy(() -> new Picture(3, 2, 2, new float[11]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("planes must be the 12 numbers of 3x2x2, but were 11");
        assertThatThrownBy(() -> new Picture(2, 1, 1, new float[2])).hasMessageContaining("but were 2");
        assertThatThrownBy(() -> new Picture(1, 0, 1, new float[0])).hasMessageContaining("but were 0 and 1");
    }
}
