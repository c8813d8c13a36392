package io.github.faltung.checking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionGradients;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Precision;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What may be missing where a factor, not only a product, is out of the range in which bf16 instructions compute. */
class Bf16LossesTest {
    private static final double LEAST = Float.MIN_NORMAL;
    private static final float BIG = 0x1p20f;

    private final Engine reference = new ReferenceEngine();

    @AfterEach
    void close() {
        reference.close();
    }

    private static ConvolutionDescriptor layer(String options) {
        return ConvolutionProblem.parse("ic1iw3oc1kw3 " + options).descriptor();
    }

    private static Tensor tensor(DataType type, float... values) {
        Tensor tensor = Tensor.allocate(type, Dims.of(1, 1, values.length), Layout.CHANNELS_FIRST);
        tensor.copyFrom(values, Layout.CHANNELS_FIRST);
        return tensor;
    }

    private double lost(ConvolutionDescriptor layer, float[] src, float[] weights) {
        try (Tensor in = tensor(layer.types().src(), src);
                Tensor taps = tensor(layer.types().weights(), weights);
                Tensor out = tensor(layer.types().dst(), 0);
                Convolution expected = reference.convolution(layer, taps, null);
                var losses = new Bf16Losses(reference, layer, CheckedEngine.evaluator(expected), taps)) {
            return losses.of(in, out, new long[] {0})[0];
        }
    }

    @Test
    void of_subnormalSourceBesideALargeWeight_isTheWeightTimesTheLeastNormalNumber() {
        assertThat(lost(layer("--dt=bf16"), new float[] {0x1p-130f, 2, 0}, new float[] {-BIG, 3, 5}))
                .isEqualTo(BIG * LEAST);
    }

    @Test
    void of_subnormalWeightBesideALargeSource_isTheSourceTimesTheLeastNormalNumber() {
        assertThat(lost(layer("--dt=bf16"), new float[] {-BIG, 2, 7}, new float[] {0x1p-130f, 3, 0}))
                .isEqualTo(BIG * LEAST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--dt=bf16", "--dt=f16", ""})
    void of_normalNumbersAndZeros_isNothing(String options) {
        assertThat(lost(layer(options), new float[] {0x1p-10f, 0, 9}, new float[] {7, 8, -0f}))
                .isZero();
    }

    @Test
    void of_strictLayerOfF32_isNothing() {
        assertThat(lost(layer(""), new float[] {0x1p-130f, 3e38f, Float.MAX_VALUE}, new float[] {BIG, 1, 1}))
                .isZero();
    }

    @Test
    void of_secondPartThatIsSubnormal_isCounted() {
        // 2^-120 + 2^-130 as two numbers of 8 bits: the second counts as 0.
        float source = 0x1p-120f + 0x1p-130f;
        float[] weights = {BIG, 0, 0};
        ConvolutionDescriptor one = layer("").withPrecision(Precision.BF16);
        ConvolutionDescriptor two = layer("").withPrecision(Precision.SPLIT_BF16_3);

        assertThat(lost(one, new float[] {source, 1, 1}, weights)).isZero();
        assertThat(lost(two, new float[] {source, 1, 1}, weights)).isEqualTo(3 * BIG * LEAST);
    }

    /** The first eight bits leave so little that it is subnormal, of a number that is not small itself. */
    @Test
    void of_littleThatIsLeftForAPart_isCountedWhileItMayBeSubnormal() {
        float[] weights = {BIG, 0, 0};
        for (Precision split : new Precision[] {Precision.SPLIT_BF16_3, Precision.SPLIT_BF16_6}) {
            ConvolutionDescriptor layer = layer("").withPrecision(split);
            float below = Math.nextDown(0x1p-103f); // its last bit counts 2^-127
            assertThat(lost(layer, new float[] {below, 1, 1}, weights)).isEqualTo(split.products() * BIG * LEAST);
            float normal = Math.nextUp(0x1p-103f); // 2^-126
            assertThat(lost(layer, new float[] {normal, 1, 1}, weights)).isZero();
        }
    }

    @Test
    void of_numberThatRoundsToInfinity_mayBeAnything() {
        ConvolutionDescriptor layer = layer("").withPrecision(Precision.BF16);

        assertThat(lost(layer, new float[] {3.3961775e38f, 1, 1}, new float[] {0x1p-30f, 1, 1}))
                .isInfinite();
        assertThat(lost(layer, new float[] {3.38e38f, 1, 1}, new float[] {0x1p-30f, 1, 1}))
                .isZero();
        assertThat(lost(layer, new float[] {0x1p-30f, 1, 1}, new float[] {Float.MAX_VALUE, 1, 1}))
                .isInfinite();
    }

    @Test
    void updateWeights_otherWeights_countFromThenOn() {
        ConvolutionDescriptor layer = layer("--dt=bf16");
        try (Tensor in = tensor(DataType.BF16, BIG, 2, 7);
                Tensor subnormal = tensor(DataType.BF16, 0x1p-130f, 3, 0);
                Tensor normal = tensor(DataType.BF16, 1, 3, 0);
                Tensor out = tensor(DataType.BF16, 0);
                Convolution expected = reference.convolution(layer, normal, null);
                var losses = new Bf16Losses(reference, layer, CheckedEngine.evaluator(expected), normal)) {
            losses.updateWeights(subnormal);
            assertThat(losses.of(in, out, new long[] {0})).containsExactly(BIG * LEAST);
            losses.updateWeights(normal);
            assertThat(losses.of(in, out, new long[] {0})).containsExactly(0);
        }
    }

    /** An engine that makes 0 of everything. */
    private void zeros(float source, float weight) {
        CheckOptions options = CheckOptions.defaults();
        try (Engine faulty = FaultyEngine.with((right, before) -> Arrays.fill(right, 0));
                Engine checked = CheckedEngine.of(faulty, reference, options);
                Tensor in = tensor(DataType.BF16, source, 0, 0);
                Tensor taps = tensor(DataType.BF16, weight, 1, 1);
                Tensor out = tensor(DataType.BF16, 5);
                Convolution conv = checked.convolution(layer("--dt=bf16"), taps, null)) {
            conv.forward(in, out);
        }
    }

    @Test
    void forward_checkedEngineThatTakesSubnormalSourcesForZero_passes() {
        assertThatCode(() -> zeros(0x1p-130f, BIG)).doesNotThrowAnyException();
        assertThatCode(() -> zeros(BIG, 0x1p-130f)).doesNotThrowAnyException();
        assertThatThrownBy(() -> zeros(0x1p-120f, BIG)).isInstanceOf(MismatchException.class);
    }

    @Test
    void ofGradient_subnormalFactors_areCountedOnBothSides() {
        ConvolutionDescriptor layer = layer("--dt=bf16");
        try (Tensor src = tensor(DataType.BF16, 0x1p-130f, 4, -BIG);
                Tensor diffDst = tensor(DataType.BF16, 8);
                Tensor subnormal = tensor(DataType.BF16, 0x1p-130f);
                ConvolutionGradients gradients = reference.gradients(layer)) {
            var evaluator = CheckedEngine.gradientsEvaluator(gradients);
            long[] all = {0, 1, 2};

            assertThat(Bf16Losses.ofGradient(
                            layer, src, diffDst, 3, (left, right) -> evaluator.evaluateWeights(left, right, all)))
                    .containsExactly(8 * LEAST, 0, 0);
            assertThat(Bf16Losses.ofGradient(
                            layer, src, subnormal, 3, (left, right) -> evaluator.evaluateWeights(left, right, all)))
                    .containsExactly(2 * LEAST * 0x1p-130, 4 * LEAST, BIG * LEAST);
        }
    }
}
