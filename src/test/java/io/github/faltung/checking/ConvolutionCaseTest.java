package io.github.faltung.checking;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.LayerTypes;
import io.github.faltung.convolution.Quantization;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What counts as right where a case's tensors are integers. */
class ConvolutionCaseTest {
    private static CaseResult run(
            ConvolutionDescriptor layer, int[] x, int[] w, @Nullable Tensor bias, DataType type, int... expected) {
        LayerTypes types = layer.types();
        try (Engine reference = new ReferenceEngine();
                Tensor src = Tensor.of(x, types.src(), Dims.of(1, x.length, 1), Layout.CHANNELS_FIRST);
                Tensor weights = Tensor.of(w, types.weights(), layer.weightsDims(), Layout.CHANNELS_FIRST);
                Tensor output = Tensor.of(expected, type, Dims.of(1, expected.length, 1), Layout.CHANNELS_FIRST)) {
            var given = new ConvolutionCase("case", layer, src, weights, bias, output);
            return new CaseRunner(reference, reference, RunOptions.defaults())
                    .run(given, Arrangement.of(Layout.CHANNELS_LAST));
        }
    }

    private static ConvolutionDescriptor layer(int inputs, String types, Quantization quantization) {
        return ConvolutionDescriptor.conv1d(inputs, 1)
                .kernel(1)
                .build()
                .withTypes(LayerTypes.parse(types), quantization);
    }

    private static Quantization zeroPoint(int dst) {
        return Quantization.NONE.withDst(2, dst);
    }

    /** 255 · 127 · 519 = 16 807 815 is no float; one more or less is not right. */
    @ParameterizedTest
    @CsvSource({"0, PASSED", "1, FAILED", "-1, FAILED"})
    void run_sumBeyondFloats_mustBeExact(int off, Verdict verdict) {
        int products = 519;
        var x = new int[products];
        var w = new int[products];
        Arrays.fill(x, 255);
        Arrays.fill(w, 127);
        int sum = 255 * 127 * products;
        assertThat((int) (float) sum).isNotEqualTo(sum);
        var layer = layer(products, "u8:s8:s32", Quantization.NONE);
        assertThat(run(layer, x, w, null, DataType.S32, sum + off).verdict()).isEqualTo(verdict);
    }

    /** Halves of the sum are ties where it is odd. ONNX rounds 2½ to 2 and adds 3; we add 3 and round 5½ to 6. */
    @ParameterizedTest
    @CsvSource({
        "5, 3, 5, PASSED",
        "5, 3, 6, PASSED",
        "5, 3, 4, FAILED",
        "5, 3, 7, FAILED",
        "4, 3, 5, PASSED",
        "4, 3, 4, FAILED",
        "4, 3, 6, FAILED",
        "250, 133, 255, PASSED",
        "250, 133, 254, FAILED"
    })
    void run_tie_mayBeRoundedEitherWay(int x, int zeroPoint, int expected, Verdict verdict) {
        var layer = layer(1, "u8:s8:u8", zeroPoint(zeroPoint));
        assertThat(run(layer, new int[] {x}, new int[] {1}, null, DataType.U8, expected)
                        .verdict())
                .isEqualTo(verdict);
    }

    /**
     * The sum is −33 591 500, the bias 33 591 528, 28 are 14 steps. Four roundings of numbers that large are 8 steps; a bias that was an s32, two more
     * of its own, makes it 10.
     */
    @ParameterizedTest
    @CsvSource({"114, PASSED", "124, PASSED", "125, FAILED", "104, PASSED", "103, FAILED"})
    void run_biasThatWasRounded_isAllowedFor(int expected, Verdict verdict) {
        var x = new int[1058];
        var w = new int[x.length];
        Arrays.fill(x, 250);
        Arrays.fill(w, -127);
        var layer = layer(x.length, "u8:s8:u8", zeroPoint(100));
        try (Tensor bias = Tensor.of(new float[] {33_591_528}, Dims.of(1))) {
            assertThat(run(layer, x, w, bias, DataType.U8, expected).verdict()).isEqualTo(verdict);
        }
    }

    @Test
    void run_expectedOfAnotherType_fails() {
        CaseResult result = run(layer(1, "u8:s8:u8", zeroPoint(0)), new int[] {4}, new int[] {1}, null, DataType.S8, 2);
        assertThat(result.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(result.reason()).contains("the output must be 1x1x1 u8, but the expected one is 1x1x1 s8");
    }
}
