package io.github.faltung.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.convolution.Quantization;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Layers of 8-bit integers and of 16-bit floating-point numbers, worked by hand. */
class QuantizedCasesTest {
    private static Tensor integers(DataType type, Dims dims, int... values) {
        return Tensor.of(values, type, dims, Layout.CHANNELS_FIRST);
    }

    private static float[] run(ConvolutionDescriptor layer, Tensor src, Tensor weights, float... bias) {
        try (Engine engine = new ReferenceEngine();
                src;
                weights;
                Tensor b = bias.length == 0 ? null : Tensor.of(bias, layer.biasDims());
                Convolution conv = engine.convolution(layer, weights, b);
                Tensor dst = conv.forward(src)) {
            assertThat(dst.dataType()).isEqualTo(layer.types().dst());
            return dst.toFloatArray();
        }
    }

    /** (12 − 10)·(3 − 1) + (7 − 10)·(−2 − 1) = 13; then (7 − 10)·2 + (20 − 10)·(−3) = −36. */
    @Test
    void forward_zeroPoints_areTakenOff() {
        var layer = ConvolutionDescriptor.conv1d(1, 1)
                .kernel(2)
                .dataTypes(DataType.U8, DataType.S8, DataType.S32)
                .quantization(Quantization.NONE.withSrc(1, 10).withWeights(List.of(1f), List.of(1)))
                .build();
        assertThat(run(
                        layer,
                        integers(DataType.U8, Dims.of(1, 1, 3), 12, 7, 20),
                        integers(DataType.S8, Dims.of(1, 1, 2), 3, -2)))
                .containsExactly(13, -36);
    }

    /** What lies outside the source stands for 0, not for the integer 0: only the middle tap counts. */
    @Test
    void forward_paddingBesideZeroPoint_isRealZero() {
        var layer = ConvolutionDescriptor.conv1d(1, 1)
                .kernel(3)
                .padding(1)
                .dataTypes(DataType.U8, DataType.S8, DataType.S32)
                .quantization(Quantization.NONE.withSrc(1, 100))
                .build();
        assertThat(run(
                        layer,
                        integers(DataType.U8, Dims.of(1, 1, 1), 103),
                        integers(DataType.S8, Dims.of(1, 1, 3), 5, 7, 9)))
                .containsExactly(21);
    }

    /** 0.5·{2, 0.25}·4 = 4 and 0.5, plus the bias 1 and −3; in steps of 2 from 3 on: 5.5 → 6 (even), 1.75 → 2. */
    @Test
    void forward_scalesPerChannelAndTie_roundsToEven() {
        var layer = ConvolutionDescriptor.conv1d(1, 2)
                .kernel(1)
                .dataTypes(DataType.S8, DataType.S8, DataType.U8)
                .quantization(Quantization.NONE
                        .withSrc(0.5f, 0)
                        .withWeights(List.of(2f, 0.25f))
                        .withDst(2, 3))
                .build();
        assertThat(run(
                        layer,
                        integers(DataType.S8, Dims.of(1, 1, 1), 4),
                        integers(DataType.S8, Dims.of(2, 1, 1), 1, 1),
                        1,
                        -3))
                .containsExactly(6, 2);
    }

    @Test
    void forward_beyondTheType_saturates() {
        var layer = ConvolutionDescriptor.conv1d(1, 2)
                .kernel(1)
                .dataTypes(DataType.U8, DataType.S8, DataType.S8)
                .build();
        assertThat(run(
                        layer,
                        integers(DataType.U8, Dims.of(1, 1, 2), 255, 1),
                        integers(DataType.S8, Dims.of(2, 1, 1), 127, -128)))
                .containsExactly(127, 127, -128, -128);
    }

    /** The destination's 9 stands for 2·(9 − 5) = 8; 3·4 + 8 = 20, relu, 20/2 + 5 = 15. */
    @Test
    void forward_sum_addsWhatTheDestinationStandsFor() {
        var layer = ConvolutionDescriptor.conv1d(1, 1)
                .kernel(1)
                .postOps(PostOp.sum(), PostOp.relu())
                .dataTypes(DataType.U8, DataType.S8, DataType.U8)
                .quantization(Quantization.NONE.withDst(2, 5))
                .build();
        try (Engine engine = new ReferenceEngine();
                Tensor src = integers(DataType.U8, Dims.of(1, 1, 1), 3);
                Tensor weights = integers(DataType.S8, Dims.of(1, 1, 1), 4);
                Tensor dst = integers(DataType.U8, Dims.of(1, 1, 1), 9);
                Convolution conv = engine.convolution(layer, weights)) {
            conv.forward(src, dst);
            assertThat(dst.toFloatArray()).containsExactly(15);
        }
    }

    /** 1 + 2⁻⁸ lies half-way between two bf16 numbers, the even one is 1; a little more is rounded up, to 1 + 2⁻⁷. */
    @Test
    void forward_bf16_roundsTheSumOnce() {
        var layer = ConvolutionDescriptor.conv1d(2, 1).dataType(DataType.BF16).build();
        try (Tensor weights = Tensor.allocate(DataType.BF16, layer.weightsDims(), Layout.CHANNELS_FIRST);
                Tensor src = Tensor.allocate(DataType.BF16, Dims.of(1, 2, 2), Layout.CHANNELS_FIRST);
                Engine engine = new ReferenceEngine()) {
            weights.copyFrom(new float[] {1, 1}, Layout.CHANNELS_FIRST);
            src.copyFrom(new float[] {1, 1, 0x1p-8f, 0x1.02p-8f}, Layout.CHANNELS_FIRST);
            try (Convolution conv = engine.convolution(layer, weights);
                    Tensor dst = conv.forward(src)) {
                assertThat(dst.toFloatArray()).containsExactly(1, 1 + 0x1p-7f);
            }
        }
    }
}
