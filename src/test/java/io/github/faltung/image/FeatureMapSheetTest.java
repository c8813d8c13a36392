package io.github.faltung.image;

import static io.github.faltung.convolution.ConvolutionDescriptor.conv2d;
import static io.github.faltung.convolution.ConvolutionDescriptor.transposed2d;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FeatureMapSheetTest {
    private final Engine engine = new ReferenceEngine();

    @AfterEach
    void close() {
        engine.close();
    }

    /** Maps of a layer whose weights are −3, −2, −1, 0 and so on, of a source 0, 1, 2 and so on. */
    private FeatureMaps maps(ConvolutionDescriptor layer, Dims srcDims) {
        try (Tensor weights = counting(layer.weightsDims(), -3);
                Tensor src = counting(srcDims, 0)) {
            return FeatureMaps.of(engine, layer, weights, null, src);
        }
    }

    private static Tensor counting(Dims dims, int first) {
        var values = new float[(int) dims.elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = first + i;
        }
        return Tensor.of(values, dims);
    }

    @Test
    void weights_regularAndTransposed_areThoseOfTheOutputChannel() {
        assertThat(maps(conv2d(2, 2).kernel(1, 2).build(), Dims.of(1, 2, 3, 3)).weights(1))
                .containsExactly(1, 2, 3, 4);
        assertThat(maps(transposed2d(2, 2).kernel(1, 2).build(), Dims.of(1, 2, 3, 3))
                        .weights(1))
                .containsExactly(-1, 0, 3, 4);
    }

    @Test
    void draw_each_goesFromBlackToWhiteInEachMap() {
        FeatureMaps maps = maps(conv2d(1, 5).build(), Dims.of(1, 1, 4, 6));
        var sheet = new FeatureMapSheet(maps, FeatureMapSheet.Range.EACH);
        BufferedImage image = sheet.draw(Theme.LIGHT);

        assertThat(sheet.rangeOf(0)).isEqualTo(new ValueRange(-69, 0)); // weight −3, source 0 to 23
        assertThat(grey(image, sheet, 0, 0, 0)).isEqualTo(255);
        assertThat(grey(image, sheet, 0, 3, 5)).isZero();
        assertThat(grey(image, sheet, 4, 0, 0)).isZero(); // weight 1
        assertThat(grey(image, sheet, 4, 3, 5)).isEqualTo(255);
        assertThat(grey(image, sheet, 3, 0, 0)).isEqualTo(128); // weight 0: all the same
    }

    @Test
    void draw_shared_comparesMaps() {
        FeatureMaps maps = maps(conv2d(1, 5).build(), Dims.of(1, 1, 4, 6));
        var sheet = new FeatureMapSheet(maps, FeatureMapSheet.Range.SHARED);
        BufferedImage image = sheet.draw(Theme.DARK);

        assertThat(sheet.rangeOf(0)).isEqualTo(new ValueRange(-69, 23));
        assertThat(sheet.rangeOf(4)).isEqualTo(sheet.rangeOf(0));
        assertThat(grey(image, sheet, 0, 3, 5)).isZero();
        assertThat(grey(image, sheet, 4, 3, 5)).isEqualTo(255);
        assertThat(grey(image, sheet, 3, 0, 0)).isEqualTo(191); // 69/92 of 255
    }

    private static int grey(BufferedImage image, FeatureMapSheet sheet, int map, int row, int column) {
        Rectangle2D bounds = sheet.mapBounds(map);
        int x = (int) (bounds.getX() + (column + 0.5) * bounds.getWidth() / 6);
        int y = (int) (bounds.getY() + (row + 0.5) * bounds.getHeight() / 4);
        return image.getRGB(x, y) & 0xff;
    }

    @Test
    void mapBounds_manyMaps_lieWithinTheSheetAndApart() {
        FeatureMaps maps = maps(conv2d(2, 23).kernel(3).build(), Dims.of(1, 2, 12, 9));
        var sheet = new FeatureMapSheet(maps, FeatureMapSheet.Range.EACH);
        BufferedImage image = sheet.draw(Theme.LIGHT);
        var all = new Rectangle2D.Double(0, 0, image.getWidth(), image.getHeight());

        for (int map = 0; map < 23; map++) {
            assertThat(all.contains(sheet.mapBounds(map))).isTrue();
            for (int other = 0; other < map; other++) {
                assertThat(sheet.mapBounds(map).intersects(sheet.mapBounds(other)))
                        .isFalse();
            }
        }
    }

    @Test
    void mosaic_anyNumberOfInputs_fitsAndIsAsLargeAsItCanBe() {
        assertThat(WeightMosaic.fitting(3, 3, 3, 133)).isEqualTo(new WeightMosaic(3, 3, 1, 3, 3, 13));
        assertThat(WeightMosaic.fitting(1, 3, 3, 133).side()).isEqualTo(16);
        WeightMosaic many = WeightMosaic.fitting(512, 3, 3, 133);
        assertThat(many.shown()).isBetween(50, 511);
        assertThat(many.side()).isEqualTo(2);
        assertThat(many.height()).isLessThanOrEqualTo(133);
        assertThat(WeightMosaic.fitting(1, 400, 1, 133).side()).isEqualTo(1);
    }

    @Test
    void of_whatCanNotBeShown_isRefusedWithFieldRuleAndValue() {
        assertThatThrownBy(() -> maps(conv2d(1, 300).build(), Dims.of(1, 1, 2, 2)))
                .isInstanceOf(UnsupportedDrawingException.class)
                .hasMessageContaining("output channels must be at most 256 to be drawn, but was 300: conv mb1");
        assertThatThrownBy(() -> maps(conv2d(1, 1).build(), Dims.of(2, 1, 2, 2)))
                .hasMessageContaining("minibatch must be at most 1");
        assertThatThrownBy(() -> maps(ConvolutionDescriptor.conv1d(1, 1).build(), Dims.of(1, 1, 2)))
                .hasMessageContaining("spatial axes must be 2 to be drawn, but was 1");
        assertThatThrownBy(() -> maps(conv2d(1, 1).postOps(PostOp.sum()).build(), Dims.of(1, 1, 2, 2)))
                .hasMessageContaining("postOps must have no sum");
        assertThatThrownBy(() -> maps(conv2d(1, 1).build(), Dims.of(1, 1, 2, 2)).named(List.of()))
                .hasMessageContaining("names must be one for each of 1 maps, but were 0");
    }

    @Test
    void of_infiniteOutput_isRefused() {
        try (Tensor weights = Tensor.of(new float[] {Float.MAX_VALUE}, Dims.of(1, 1, 1, 1));
                Tensor src = Tensor.of(new float[] {0, 4}, Dims.of(1, 1, 1, 2))) {
            assertThatThrownBy(() -> FeatureMaps.of(engine, conv2d(1, 1).build(), weights, null, src))
                    .isInstanceOf(UnsupportedDrawingException.class)
                    .hasMessageContaining("output element 1 must be a finite number to be drawn, but was Infinity");
        }
    }

    /** The masks as they are printed: written out once more, since turning a kernel the wrong way round looks nearly the same. */
    @Test
    void textbookWeights_grey_areTheMasksAsTheyAreLaidOver() {
        float[][] printed = {
            {-1, 0, 1, -2, 0, 2, -1, 0, 1},
            {-1, -2, -1, 0, 0, 0, 1, 2, 1},
            {0, 1, 0, 1, -4, 1, 0, 1, 0},
            {2, -1, -1, -1, 2, -1, -1, -1, 2},
            {-1, -1, 2, -1, 2, -1, 2, -1, -1},
            {-2, -1, 0, -1, 1, 1, 0, 1, 2},
            {0, -1, 0, -1, 5, -1, 0, -1, 0},
            {1 / 16f, 2 / 16f, 1 / 16f, 2 / 16f, 4 / 16f, 2 / 16f, 1 / 16f, 2 / 16f, 1 / 16f}
        };
        for (int count = 1; count <= printed.length; count++) {
            float[] weights = TextbookWindow.weights(conv2d(1, count).kernel(3).build());
            assertThat(weights).hasSize(9 * count);
            assertThat(Arrays.copyOfRange(weights, 9 * (count - 1), 9 * count))
                    .as(TextbookWindow.names(count).get(count - 1))
                    .containsExactly(printed[count - 1]);
        }
    }

    @Test
    void textbookWeights_colour_areTheBrightnesss() {
        float[] weights = TextbookWindow.weights(conv2d(3, 8).kernel(3).build());

        assertThat(weights).hasSize(8 * 27);
        assertThat(weights[9 + 5]).isEqualTo(2 * 0.587f); // Sobel x, green, right
        float blur = 0;
        for (int i = 7 * 27; i < 8 * 27; i++) {
            blur += weights[i];
        }
        assertThat(blur).isEqualTo(1, org.assertj.core.data.Offset.offset(1e-6f));
        assertThatThrownBy(() -> TextbookWindow.weights(conv2d(3, 8).kernel(5).build()))
                .hasMessageContaining("layer must be 3×3, of 1 or 3 input and up to 8 output channels");
    }

    @Test
    void ramps_zero_isInTheMiddleAndEndsAreDark() {
        assertThat(ColourRamp.GREY.rgb(-1)).isEqualTo(0xff000000);
        assertThat(ColourRamp.GREY.rgb(2)).isEqualTo(0xffffffff);
        assertThat(ColourRamp.DIVERGING.rgb(0.5)).isEqualTo(0xfff5f5f3);
    }
}
