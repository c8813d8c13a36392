package io.github.faltung.planning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.github.faltung.Faltung;
import io.github.faltung.checking.CheckOptions;
import io.github.faltung.checking.CheckedEngine;
import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RankOneTest {
    private static float[] gauss(int size, double sigma, int channels) {
        var weights = new float[channels * size * size];
        for (int i = 0; i < weights.length; i++) {
            double y = i / size % size - size / 2;
            double x = i % size - size / 2;
            weights[i] = (float) (Math.exp(-(x * x + y * y) / (2 * sigma * sigma)) / (2 * Math.PI * sigma * sigma));
        }
        return weights;
    }

    private static ConvolutionDescriptor depthwise(int channels, int size, int padding) {
        return ConvolutionDescriptor.conv2d(channels, channels)
                .depthwise()
                .kernel(size)
                .padding(padding)
                .build();
    }

    @Test
    void of_gauss_findsFactors() {
        float[] weights = gauss(7, 1.5, 2);
        RankOne found = RankOne.of(depthwise(2, 7, 0), weights).orElseThrow();

        for (int i = 0; i < weights.length; i++) {
            double product = (double) found.columns()[i / 7] * found.rows()[i / 49 * 7 + i % 7];
            assertThat(product).isCloseTo(weights[i], offset(weights[i] * 0x1p-20));
        }
    }

    @Test
    void of_randomWindowsOrDenseLayers_isEmpty() {
        var random = new Random(1);
        var weights = new float[25];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = random.nextFloat() - 0.5f;
        }
        assertThat(RankOne.of(depthwise(1, 5, 0), weights)).isEmpty();
        var dense = ConvolutionDescriptor.conv2d(2, 1).kernel(5).build();
        assertThat(RankOne.of(dense, gauss(5, 1, 2))).isEmpty();
        assertThat(RankOne.of(depthwise(1, 5, 0), new float[25])).isPresent(); // all zeros: 0 times 0
    }

    @Test
    void of_wholeNumbersWithoutExactFactors_isEmpty() {
        var weights = new float[16];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = new float[] {3, 2, 0, 1}[i % 4] * new float[] {1, 2, 1, 3}[i / 4];
        }
        assertThat(RankOne.of(depthwise(1, 4, 0), weights))
                .isEmpty(); // 2/3 is no float, but all sums of whole samples are
    }

    /** Numbers of 49 with a 97 in the middle, times themselves: 14 times all, and of 9×9 70 times all, are below 2²⁴. */
    private static float[] spikes(int size, int channels, double exponent) {
        var weights = new float[channels * size * size];
        for (int i = 0; i < weights.length; i++) {
            int column = i / size % size == size / 2 ? 97 : 49;
            int row = i % size == size / 2 ? 97 : 49;
            weights[i] = (float) (column * row * Math.pow(2, exponent));
        }
        return weights;
    }

    /** What would go wrong: 49/97 as a float is so far off that sums which are whole numbers become fractions. */
    @Test
    void of_wholeNumbersWhoseSumsAreExact_isEmptySinceTwoPassesAreNot() {
        ConvolutionDescriptor layer = depthwise(1, 9, 0);
        float[] weights = spikes(9, 1, 0);
        var random = new Random(3);
        int inexact = 0;
        for (int i = 0; i < 100; i++) {
            double exact = 0;
            float twoPasses = 0;
            for (int x = 0; x < 9; x++) {
                float column = 0;
                for (int y = 0; y < 9; y++) {
                    int sample = random.nextInt(71);
                    column += weights[y * 9 + 4] * sample;
                    exact += weights[y * 9 + x] * (double) sample;
                }
                twoPasses += weights[36 + x] / weights[40] * column;
            }
            inexact += twoPasses == exact ? 0 : 1;
        }
        assertThat(inexact).isPositive();
        assertThat(RankOne.of(layer, weights)).isEmpty();
        assertThat(RankOne.of(layer, spikes(9, 1, -16)))
                .as("a power of two changes nothing")
                .isEmpty();
        for (int i = 0; i < weights.length; i++) {
            weights[i] *= 0x1p16f - 1; // the sum is beyond what f32 counts by ones, whatever the samples
        }
        assertThat(RankOne.of(layer, weights)).isPresent();
    }

    @Test
    void of_onlyOneWindowOfWholeNumbers_isEmpty() {
        var weights = new float[2 * 81];
        System.arraycopy(gauss(9, 2, 1), 0, weights, 0, 81);
        System.arraycopy(spikes(9, 1, 0), 0, weights, 81, 81);
        assertThat(RankOne.of(depthwise(2, 9, 0), weights)).isEmpty();
    }

    @Test
    @Tag("native")
    void forward_wholeNumbersWhoseSumsAreExact_isExact() {
        ConvolutionDescriptor layer = depthwise(3, 21, 0);
        var samples = new float[3 * 200 * 120];
        var random = new Random(4);
        for (int i = 0; i < samples.length; i++) {
            samples[i] = random.nextInt(15);
        }
        try (Engine planned = Faltung.open();
                Engine reference = new ReferenceEngine();
                Tensor weights = Tensor.of(spikes(21, 3, 0), layer.weightsDims());
                Tensor src = Tensor.of(samples, Dims.of(1, 3, 200, 120));
                Convolution conv = planned.convolution(layer, weights);
                Convolution right = reference.convolution(layer, weights);
                Tensor dst = conv.forward(src);
                Tensor expected = right.forward(src)) {
            assertThat(dst.toFloatArray()).isEqualTo(expected.toFloatArray());
        }
    }

    @ParameterizedTest
    @CsvSource({"21, 0, true", "21, 10, true", "7, 3, true", "3, 1, false", "7, 6, false"})
    void keepsBoundOf_gauss_dependsOnTheFewestTaps(int size, int padding, boolean keeps) {
        ConvolutionDescriptor layer = depthwise(1, size, padding);
        RankOne found = RankOne.of(layer, gauss(size, size / 5.0, 1)).orElseThrow();

        assertThat(found.keepsBoundOf(new ConvolutionProblem(layer, Dims.of(1, 1, 64, 64))))
                .isEqualTo(keeps);
    }

    @Test
    void keepsBoundOf_factorsWithoutError_ofThreeByThree() {
        ConvolutionDescriptor layer = depthwise(1, 3, 0);
        RankOne sobel =
                RankOne.of(layer, new float[] {1, 0, -1, 2, 0, -2, 1, 0, -1}).orElseThrow();

        assertThat(sobel.keepsBoundOf(new ConvolutionProblem(layer, Dims.of(1, 1, 9, 9))))
                .isTrue();
    }

    @Test
    @Tag("native")
    void forward_separableThenNot_isPlannedAnewAndChecked() {
        ConvolutionDescriptor layer = depthwise(3, 21, 10);
        float[] other = gauss(21, 4, 3);
        other[30] *= 2;
        try (Engine engine = CheckedEngine.of(
                        Faltung.open(),
                        new ReferenceEngine(),
                        CheckOptions.defaults().withOutputs(5000));
                Tensor separable = Tensor.of(gauss(21, 4, 3), layer.weightsDims());
                Tensor not = Tensor.of(other, layer.weightsDims());
                Convolution conv = engine.convolution(layer, separable);
                Tensor src = Tensor.of(reals(3 * 200 * 120), Dims.of(1, 3, 200, 120));
                Tensor dst = Tensor.allocate(src.dims())) {
            for (Tensor weights : new Tensor[] {separable, not, separable}) {
                conv.updateWeights(weights, null);
                conv.forward(src, dst); // throws if a result is off by more than the layer's bound
                assertThat(conv.explain(src.dims(), Layout.CHANNELS_FIRST).formulation())
                        .matches(text -> text.contains("columns, then rows") == (weights == separable));
            }
        }
    }

    private static float[] reals(int count) {
        var random = new Random(2);
        var values = new float[count];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat();
        }
        return values;
    }
}
