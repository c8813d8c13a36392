package io.github.faltung.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Evaluation;
import io.github.faltung.convolution.Evaluator;
import io.github.faltung.convolution.Padding;
import io.github.faltung.convolution.Pooling;
import io.github.faltung.convolution.PoolingBuilder;
import io.github.faltung.convolution.PoolingContract;
import io.github.faltung.convolution.PoolingDescriptor;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The contract, and cases worked by hand from the text of ONNX's MaxPool-22 and AveragePool-22. */
class ReferencePoolingTest implements PoolingContract {
    @Override
    public Engine open() {
        return new ReferenceEngine();
    }

    private static float[] run(PoolingBuilder layer, Dims dims, float... src) {
        return run(layer.build(), dims, src);
    }

    private static float[] run(PoolingDescriptor layer, Dims dims, float... src) {
        try (Engine engine = new ReferenceEngine();
                Pooling pooling = engine.pooling(layer)) {
            return pooling.forward(src, dims);
        }
    }

    @Test
    void forward_padding_isNeverTheMaximum() {
        assertThat(run(PoolingDescriptor.max1d().kernel(3).padding(1), Dims.of(1, 1, 3), -5, -7, -9))
                .containsExactly(-5, -5, -7);
    }

    @Test
    void forward_mean_countsThePaddingOnlyIfAsked() {
        PoolingBuilder layer = PoolingDescriptor.average1d().kernel(2).padding(1);
        assertThat(run(layer, Dims.of(1, 1, 3), 6, 8, 10)).containsExactly(6, 7, 9, 10);
        assertThat(run(layer.countIncludePad(), Dims.of(1, 1, 3), 6, 8, 10)).containsExactly(3, 7, 9, 5);
    }

    @Test
    void forward_ceilMode_countsNothingBeyondThePaddedSource() {
        PoolingBuilder layer = PoolingDescriptor.average1d().kernel(3).stride(2).ceilMode();
        // The last window is {40} and two elements beyond.
        assertThat(run(layer, Dims.of(1, 1, 4), 10, 20, 30, 40)).containsExactly(20, 35);
        layer.padding(1).countIncludePad();
        // {pad 10 20}, {20 30 40}, {40 pad | beyond}: a divisor of 2.
        assertThat(run(layer, Dims.of(1, 1, 4), 10, 20, 30, 40)).containsExactly(10, 30, 20);
    }

    @Test
    void forward_ceilModeWindowThatBeginsInThePaddingAfter_isLeftOut() {
        // 3 elements and 1 of padding: rounded up there are 2 windows, but the second would begin at 3, the padding.
        PoolingBuilder layer =
                PoolingDescriptor.max1d().kernel(2).stride(3).padding(Padding.explicit(List.of(0), List.of(1)));
        assertThat(run(layer.ceilMode(), Dims.of(1, 1, 3), 1, 2, 3)).containsExactly(2);
        // One that begins in the source stays.
        assertThat(run(layer, Dims.of(1, 1, 4), 1, 2, 3, 4)).containsExactly(2, 4);
    }

    @Test
    void forward_ceilModeKernelLargerThanTheSource_hasOneWindow() {
        assertThat(run(PoolingDescriptor.average1d().kernel(3).stride(2).ceilMode(), Dims.of(1, 1, 2), 4, 6))
                .containsExactly(5);
    }

    @Test
    void forward_meanOfIntegers_isRoundedToEven() {
        PoolingBuilder layer = PoolingDescriptor.average1d().kernel(2);
        assertThat(run(layer.dataType(DataType.U8), Dims.of(1, 1, 4), 2, 3, 4, 6))
                .containsExactly(2, 4, 5);
        assertThat(run(layer.dataType(DataType.S8), Dims.of(1, 1, 4), -2, -3, -4, 5))
                .containsExactly(-2, -4, 0);
    }

    @Test
    void forward_meanOfBf16_isRoundedOnce() {
        // 128 and 129 are of eight bits, 128.5 of nine: a tie, to even.
        assertThat(run(
                        PoolingDescriptor.average1d().kernel(2).dataType(DataType.BF16),
                        Dims.of(1, 1, 3),
                        128,
                        129,
                        130))
                .containsExactly(128, 130);
    }

    @Test
    void forward_integerPadding_isNeverTheMaximum() {
        assertThat(run(
                        PoolingDescriptor.max1d().kernel(3).padding(1).dataType(DataType.S8),
                        Dims.of(1, 1, 3),
                        -128,
                        -127,
                        -128))
                .containsExactly(-127, -127, -127);
    }

    @Test
    void forward_samePadding_putsTheOddElementWhereAsked() {
        PoolingBuilder layer = PoolingDescriptor.max1d().kernel(2).padding(Padding.same());
        assertThat(run(layer, Dims.of(1, 1, 3), 3, 2, 1)).containsExactly(3, 2, 1);
        assertThat(run(layer.padding(Padding.sameLower()), Dims.of(1, 1, 3), 3, 2, 1))
                .containsExactly(3, 3, 2);
    }

    @Test
    void forward_dilation_looksAtEverySecond() {
        float[] src = {1, 2, 3, 4, 5, 6, 7, 8, 9};
        assertThat(run(PoolingDescriptor.max2d().kernel(2).dilation(2), Dims.of(1, 1, 3, 3), src))
                .containsExactly(9);
        assertThat(run(PoolingDescriptor.average2d().kernel(2).dilation(2), Dims.of(1, 1, 3, 3), src))
                .containsExactly(5);
    }

    @Test
    void forward_global_hasOneElementForEachChannel() {
        float[] src = {1, 2, 3, 6, -1, -2, -3, -6};
        assertThat(run(PoolingDescriptor.globalAverage(2), Dims.of(1, 2, 2, 2), src))
                .containsExactly(3, -3);
        assertThat(run(PoolingDescriptor.globalMax(3), Dims.of(1, 2, 1, 2, 2), src))
                .containsExactly(6, -1);
    }

    @Test
    void evaluate_someOutputs_haveWhatABoundNeeds() {
        try (Engine engine = new ReferenceEngine();
                Pooling layer = engine.pooling(PoolingDescriptor.average1d()
                        .kernel(2)
                        .padding(1)
                        .countIncludePad()
                        .build());
                Tensor src = Tensor.of(new float[] {6, -8}, Dims.of(1, 1, 2));
                Tensor dst = Tensor.allocate(Dims.of(1, 1, 3))) {
            Evaluation evaluation = ((Evaluator) layer).evaluate(src, dst, new long[] {1, 2});
            assertThat(evaluation.values()).containsExactly(-1, -4);
            assertThat(evaluation.magnitudes()).containsExactly(7, 4);
            assertThat(evaluation.products()).containsExactly(2, 1);
            assertThat(((Evaluator) layer).evaluate(src, dst).values()).containsExactly(3, -1, -4);
            assertThatThrownBy(() -> ((Evaluator) layer).evaluate(src, dst, new long[] {3}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("output position must be from 0 to less than 3, but was 3: pool avg");
        }
    }
}
