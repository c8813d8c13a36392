package io.github.faltung.convolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.tensor.DataType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantizationTest {
    private static ConvolutionDescriptor layer(DataType dst, Quantization quantization) {
        return ConvolutionDescriptor.conv2d(2, 3)
                .kernel(3)
                .dataTypes(DataType.U8, DataType.S8, dst)
                .quantization(quantization)
                .build();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "conv mb1ic2ih3iw3oc3oh1ow1kh3kw3ph0pw0 --dt=u8:s8:s32",
                "conv mb1ic2ih3iw3oc3oh1ow1kh3kw3ph0pw0 --dt=bf16 --attr-post-ops=relu:0.0",
                "conv mb1ic2ih3iw3oc3oh1ow1kh3kw3ph0pw0 --dt=u8:s8:u8"
                        + " --attr-scales=src:common:0.5+wei:per_oc:1.0*2.0*0.25+dst:common:3.0"
                        + " --attr-zero-points=src:common:128+wei:common:-1+dst:common:7",
                "deconv mb1ic2ih3iw3oc3oh5ow5kh3kw3ph0pw0 --dt=s8:u8:s8 --attr-scales=wei:common:1.0E-4"
                        + " --attr-zero-points=wei:per_oc:1*2*3",
            })
    void parse_typedLine_isPrintedAsItWas(String line) {
        assertThat(ConvolutionProblem.parse(line)).hasToString(line);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --attr-scales=src:0.5              | scales must be src:common:V
            --attr-scales=dst:per_oc:1*2       | scales must be src:common:V
            --attr-scales=src:common:1*2       | src must have one value, but was 'src:common:1*2'
            --attr-scales=wei:common:x         | scales and zero points must be numbers, but were 'wei:common:x'
            --attr-zero-points=src:common:1.5  | scales and zero points must be numbers, but were 'src:common:1.5'
            --attr-zero-points=bias:common:1   | zero points must be src:common:V
            """)
    void parse_malformedOption_saysWhatItMustBe(String option, String message) {
        assertThatThrownBy(() -> ConvolutionProblem.parse("conv ic2ih3oc3kh3 --dt=u8:s8:u8 " + option))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void build_brokenRules_nameFieldRuleAndValue() {
        Quantization none = Quantization.NONE;
        assertRefused(none.withSrc(0, 0), "srcScale must be finite and positive, but was 0.0");
        assertRefused(none.withSrc(Float.NaN, 0), "srcScale must be finite and positive, but was NaN");
        assertRefused(none.withSrc(1, 256), "srcZeroPoint must be in the range of u8, but was 256");
        assertRefused(none.withSrc(1, -1), "srcZeroPoint must be in the range of u8, but was -1");
        assertRefused(
                none.withWeights(List.of(1f, 2f)),
                "weightsScales must have 1 value, or one for each of the 3 output channels, but was 2");
        assertRefused(none.withWeights(List.of(-1f)), "weightsScales must be finite and positive, but was -1.0");
        assertRefused(
                none.withWeights(List.of(1f), List.of(0, 0, 0, 0)),
                "weightsZeroPoints must have 1 value, or one for each of the 3 output channels, but was 4");
        assertRefused(
                none.withWeights(List.of(1f), List.of(128)),
                "weightsZeroPoints must be in the range of s8, but was 128");
        assertRefused(
                none.withDst(Float.POSITIVE_INFINITY, 0), "dstScale must be finite and positive, but was Infinity");
        assertRefused(none.withDst(1, -5), "dstZeroPoint must be in the range of u8, but was -5");
        assertThatThrownBy(() -> layer(DataType.F32, none.withDst(2, 0)))
                .hasMessageStartingWith(
                        "dstScale and dstZeroPoint must be 1 and 0 for a destination of f32, but was 2.0 and 0");
        assertThatThrownBy(() -> ConvolutionDescriptor.conv1d(1, 1)
                        .quantization(none.withSrc(2, 0))
                        .build())
                .hasMessageStartingWith("quantization is for layers of 8-bit integers, not of f32");
    }

    private static void assertRefused(Quantization quantization, String message) {
        assertThatThrownBy(() -> layer(DataType.U8, quantization))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message)
                .hasMessageEndingWith(": conv ic2oc3kh3kw3 padding VALID");
    }

    @Test
    void types_whereOnlyF32IsKnown_areRefused() {
        ConvolutionDescriptor bf16 = ConvolutionDescriptor.conv2d(2, 2)
                .kernel(3)
                .dataType(DataType.BF16)
                .build();
        assertThatThrownBy(() -> new DeformableDescriptor(bf16, 1))
                .hasMessageStartingWith("types must be f32 for a deformable layer, but was bf16");
        assertThatThrownBy(() -> new SpatiallySeparable(bf16, 1))
                .hasMessageStartingWith("types must be f32 for a layer to be separated, but was bf16");
        assertThatThrownBy(() -> DepthwiseSeparable.of(bf16))
                .hasMessageStartingWith("types must be f32 for a layer to be separated, but was bf16");
    }

    @Test
    void sumScale_perChannel_isTheProductOfBothScales() {
        Quantization each = Quantization.NONE.withSrc(0.5f, 0).withWeights(List.of(2f, 0.25f));
        assertThat(each.sumScale(0)).isEqualTo(1);
        assertThat(each.sumScale(1)).isEqualTo(0.125);
        assertThat(each.withWeights(List.of(0.25f)).sumScale(7)).isEqualTo(0.125);
    }

    @Test
    void weightsZeroPoint_oneOrOneForEach_isTheChannels() {
        Quantization each = Quantization.NONE.withWeights(List.of(1f), List.of(3, -4));
        assertThat(each.weightsZeroPoint(0)).isEqualTo(3);
        assertThat(each.weightsZeroPoint(1)).isEqualTo(-4);
        assertThat(each.withWeights(List.of(1f), List.of(5)).weightsZeroPoint(9))
                .isEqualTo(5);
    }

    /** An integer q of scale 1/2 and zero point 3 is the real number (q − 3)/2. */
    @Test
    void dstUnits_scaleAndZeroPoint_areThereAndBack() {
        Quantization quantization = Quantization.NONE.withDst(0.5f, 3);
        assertThat(quantization.ofDstUnits(7)).isEqualTo(2);
        assertThat(quantization.inDstUnits(2)).isEqualTo(7);
        assertThat(quantization.inDstUnits(-0.125)).isEqualTo(2.75);
        assertThat(Quantization.NONE.withDst(4, 0).inDstUnits(-0.0)).isEqualTo(-0.0);
        assertThat(Quantization.NONE.withDst(4, 0).inDstUnits(2)).isEqualTo(0.5);
    }

    @Test
    void build_scalesThatF32DoesNotHoldTogether_nameBothAndTheNumber() {
        assertThatThrownBy(() ->
                        layer(DataType.S32, Quantization.NONE.withSrc(1e20f, 0).withWeights(List.of(1e20f))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("srcScale · weightsScales must be in the range of f32, but was 1.00000004");
        assertThatThrownBy(() ->
                        layer(DataType.S32, Quantization.NONE.withSrc(1e-23f, 0).withWeights(List.of(1f, 1f, 1e-23f))))
                .hasMessageContaining("srcScale · weightsScales must be in the range of f32");
        assertThatThrownBy(() -> layer(DataType.U8, Quantization.NONE.withDst(2e-39f, 0)))
                .hasMessageContaining("1 / dstScale must be in the range of f32, but was 4.99");
        assertThatCode(() -> layer(DataType.U8, Quantization.NONE.withDst(5e-39f, 0)))
                .doesNotThrowAnyException();
    }
}
