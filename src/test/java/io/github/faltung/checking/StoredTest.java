package io.github.faltung.checking;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Evaluation;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which stored numbers pass for a sum that is known exactly but for a rounding error. */
class StoredTest {
    private static final OutputSample ONE = OutputSample.of(Dims.of(1, 1, 1), 2, 1);

    private static ConvolutionDescriptor layer(String options) {
        return ConvolutionProblem.parse("ic1iw1oc1kw1 " + options).descriptor();
    }

    private static boolean passes(String options, double sum, double found) {
        var evaluation =
                new Evaluation(new double[] {Math.abs(sum)}, new long[] {4}, List.of(new double[] {sum}), List.of());
        return Comparison.bounded(layer(options), evaluation, ONE, new double[] {found})
                .isMatch();
    }

    @ParameterizedTest
    @CsvSource({
        // not near a tie: one integer only
        "--dt=u8:s8:u8, 7.3, 7, true",
        "--dt=u8:s8:u8, 7.3, 8, false",
        "--dt=u8:s8:u8, 7.3, 6, false",
        // a tie, which rounding errors may break either way
        "--dt=u8:s8:u8, 7.5, 7, true",
        "--dt=u8:s8:u8, 7.5, 8, true",
        "--dt=u8:s8:u8, 7.5, 6, false",
        "--dt=u8:s8:u8, 7.4999999, 8, true",
        "--dt=u8:s8:u8, 7.4999, 8, false",
        // saturated
        "--dt=u8:s8:u8, 300, 255, true",
        "--dt=u8:s8:u8, 300, 254, false",
        "--dt=u8:s8:u8, -3, 0, true",
        "--dt=s8, -200, -128, true",
        // scale and zero point: 10/4 + 3 is a tie
        "--dt=u8:s8:u8 --attr-scales=dst:common:4 --attr-zero-points=dst:common:3, 9, 5, true",
        "--dt=u8:s8:u8 --attr-scales=dst:common:4 --attr-zero-points=dst:common:3, 9, 6, false",
        "--dt=u8:s8:u8 --attr-scales=dst:common:4 --attr-zero-points=dst:common:3, 10, 5, true",
        "--dt=u8:s8:u8 --attr-scales=dst:common:4 --attr-zero-points=dst:common:3, 10, 6, true",
        // bf16 has 8 bits: the neighbours of 1 are 1 - 2^-8 and 1 + 2^-7
        "--dt=bf16, 1.003, 1, true",
        "--dt=bf16, 1.003, 1.0078125, false",
        "--dt=bf16, 1.00390625, 1.0078125, true",
        "--dt=bf16, 1.00390625, 1, true",
        // f16 ends at 65504
        "--dt=f16, 70000, Infinity, true",
        "--dt=f16, 70000, 65504, false",
        // and rounds to it what is less than 65520: of a sum next to that both are right, but no other number
        "--dt=f16, 65520, Infinity, true",
        "--dt=f16, 65520, 65504, true",
        "--dt=f16, 65520, 65472, false",
        "--dt=f16, 65520, 0, false",
        "--dt=f16, 65520, NaN, false",
        "--dt=f16, 65520, -Infinity, false",
        "--dt=f16, -65520, -Infinity, true",
        "--dt=f16, -65520, 0, false",
        "--dt=f16, 65500, Infinity, false",
        "--dt=bf16, 3.3961775e38, Infinity, true",
        "--dt=bf16, 3.3961775e38, 3.3895314e38, true",
        "--dt=bf16, 3.3961775e38, 1e38, false",
        // s32 ends at 2^31 - 1, and the largest f32 in it is 2^31 - 128, where engines may saturate
        "--dt=u8:s8:s32, 3e9, 2147483647, true",
        "--dt=u8:s8:s32, 3e9, 2147483520, true",
        "--dt=u8:s8:s32, 3e9, 2147483519, false",
        "--dt=u8:s8:s32, 2.1e9, 2147483520, false",
        "--dt=u8:s8:s32, -3e9, -2147483648, true",
        "--dt=u8:s8:s32, -3e9, -2147483520, false",
        "--dt=bf16:bf16:f32, 1.003, 1, false",
        "--dt=bf16:bf16:f32, 1.003, 1.003, true",
    })
    void bounded_oneOutput_passesWhatRoundingAllows(String options, double sum, double found, boolean passes) {
        assertThat(passes(options, sum, found)).isEqualTo(passes);
    }

    @ParameterizedTest
    @CsvSource({
        // bf16: the neighbours of 1 are 1 - 2^-8 and 1 + 2^-7; between them is a tie
        "BF16, BF16, 1.003, 1, true",
        "BF16, BF16, 1.003, 1.0078125, false",
        "BF16, BF16, 1.003, 1.003, false",
        "BF16, BF16, 1.00390625, 1, true",
        "BF16, BF16, 1.00390625, 1.0078125, true",
        "BF16, BF16, 1.00390625, 0.99609375, false",
        // f16 has 11 bits and ends at 65504
        "F16, F16, 1.0003, 1, true",
        "F16, F16, 1.0003, 1.0009765625, false",
        "F16, F16, 70000, Infinity, true",
        "F16, F16, 70000, 65504, false",
        // not rounded further
        "F32, BF16, 1.003, 1.003, true",
        "F32, BF16, 1.003, 1, false",
        "F32, F32, 1.003, 1.00301, false",
        // instructions for bf16 take subnormal numbers for 0
        "F32, BF16, 1e-38, 0, true",
        "F32, F32, 1e-38, 0, false",
        "F32, BF16, 1e-37, 0, false",
    })
    void within_gradient_passesWhatRoundingAllows(
            DataType gradient, DataType factors, double sum, double found, boolean passes) {
        var evaluation =
                new Evaluation(new double[] {Math.abs(sum)}, new long[] {4}, List.of(new double[] {sum}), List.of());
        Stored stored = Stored.within(gradient, factors, evaluation, new double[1]);

        assertThat(stored.compare(ONE, new double[] {(float) found}).isMatch()).isEqualTo(passes);
    }

    @ParameterizedTest
    @CsvSource({"BF16, 257, 256", "BF16, 259, 260", "F16, 2049, 2048", "F32, 257, 257"})
    void exactly_gradient_isRoundedOnce(DataType gradient, double sum, double stored) {
        var evaluation = new Evaluation(new double[] {sum}, new long[] {4}, List.of(new double[] {sum}), List.of());

        assertThat(Stored.exactly(gradient, evaluation)).containsExactly(stored);
    }
}
