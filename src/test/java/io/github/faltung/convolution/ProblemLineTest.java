package io.github.faltung.convolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.tensor.Dims;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ProblemLineTest {
    /** What is written, and the same problem with everything written out. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        ic1ih4oc1kh2                               | conv mb2ic1ih4iw4oc1oh3ow3kh2kw2ph0pw0
        ic1iw4oc1kw2                               | conv mb2ic1iw4oc1ow3kw2pw0
        ic1id4oc1kd2                               | conv mb2ic1id4ih4iw4oc1od3oh3ow3kd2kh2kw2pd0ph0pw0
        conv ic1ih4oc1kh2                          | conv mb2ic1ih4iw4oc1oh3ow3kh2kw2ph0pw0
        deconv ic1ih4oc1kh2                        | deconv mb2ic1ih4iw4oc1oh5ow5kh2kw2ph0pw0
        g1mb2_ic1_oc1__ih4_kh2                     | conv mb2ic1ih4iw4oc1oh3ow3kh2kw2ph0pw0
        kh2oc1ih4ic1mb7                            | conv mb7ic1ih4iw4oc1oh3ow3kh2kw2ph0pw0
        g4ic8oc4ih5kh3ph1                          | conv g4mb2ic8ih5iw5oc4oh5ow5kh3kw3ph1pw1
        ic1oc1ih9iw9kh3kw3sh2                      | conv mb2ic1ih9iw9oc1oh4ow7kh3kw3sh2sw1ph0pw0
        ic1oc1ih9iw9kh3kw3dh1dw0                   | conv mb2ic1ih9iw9oc1oh5ow7kh3kw3dh1dw0ph0pw0
        ic1oc1ih9kh3sh2dh1ph2                      | conv mb2ic1ih9iw9oc1oh5ow5kh3kw3sh2sw2dh1dw1ph2pw2
        ic1oc1iw9ow9kw3                            | conv mb2ic1iw9oc1ow9kw3pw1
        ic1oc1iw9ow9kw4                            | conv mb2ic1iw9oc1ow9kw4pw1
        ic1oc1iw9ow9kw4pw2                         | conv mb2ic1iw9oc1ow9kw4pw2
        ic1oc1iw9ow9kw4pw0                         | conv mb2ic1iw9oc1ow9kw4pw0
        ic1oc1iw8ow3kw3sw3                         | conv mb2ic1iw8oc1ow3kw3sw3pw0
        ic1oc1ih9oh9iw7kh3kw3ph1                   | conv mb2ic1ih9iw7oc1oh9ow5kh3kw3ph1pw0
        ic1oc1iw9ow2kw2sw5                         | conv mb2ic1iw9oc1ow2kw2sw5pw0
        deconv ic1oc1iw4ow12kw1sw4dw3              | deconv mb2ic1iw4oc1ow12kw1sw4dw3pw0
        deconv ic1oc1iw4ow8kw4sw2                  | deconv mb2ic1iw4oc1ow8kw4sw2pw1
        deconv ic1oc1iw4ow8kw3sw2pw1               | deconv mb2ic1iw4oc1ow8kw3sw2pw1
        deconv ic1oc1iw4ow10kw3sw2pw0              | deconv mb2ic1iw4oc1ow10kw3sw2pw0
        deconv ic1oc1iw4kw3sw2pw1                  | deconv mb2ic1iw4oc1ow7kw3sw2pw1
        --flip-kernel ic1iw4oc1kw2                 | conv mb2ic1iw4oc1ow3kw2pw0 --flip-kernel
        --attr-fpmath=bf16 ic1iw4oc1kw2            | conv mb2ic1iw4oc1ow3kw2pw0 --attr-fpmath=bf16
        ic1iw4oc1kw2 --attr-fpmath=split_bf16_6    | conv mb2ic1iw4oc1ow3kw2pw0 --attr-fpmath=split_bf16_6
        ic1iw4oc1kw2 --attr-fpmath=strict          | conv mb2ic1iw4oc1ow3kw2pw0
        --attr-post-ops=sum+relu:0.5 ic1iw4oc1kw2  | conv mb2ic1iw4oc1ow3kw2pw0 --attr-post-ops=sum:1.0+relu:0.5
        ic1iw4oc2kw2 --attr-post-ops=mul:2*3+add:1 | conv mb2ic1iw4oc2ow3kw2pw0 --attr-post-ops=mul:2.0*3.0+add:1.0
        ic1iw4oc2kw2 --attr-post-ops=prelu:.1*1e-9 | conv mb2ic1iw4oc2ow3kw2pw0 --attr-post-ops=prelu:0.1*1.0E-9
        ic1iw4oc1kw2 --attr-post-ops=relu          | conv mb2ic1iw4oc1ow3kw2pw0 --attr-post-ops=relu:0.0
        """)
    void parse_whatIsMissing_followsTheRules(String line, String whole) {
        assertThat(ConvolutionProblem.parse(line)).hasToString(whole);
        assertThat(ConvolutionProblem.parse(whole)).hasToString(whole);
    }

    @Test
    void parse_everyField_lands() {
        ConvolutionProblem problem =
                ConvolutionProblem.parse("g2mb3ic4id20ih21iw22oc6od6oh9ow8kd3kh2kw1sd3sh2sw3pd1ph2pw0dd1dh4dw6");
        ConvolutionDescriptor layer = problem.descriptor();

        assertThat(problem.srcDims()).isEqualTo(Dims.of(3, 4, 20, 21, 22));
        assertThat(problem.dstDims()).isEqualTo(Dims.of(3, 6, 6, 9, 8));
        assertThat(layer.groups()).isEqualTo(2);
        assertThat(layer.kernel()).containsExactly(3, 2, 1);
        assertThat(layer.strides()).containsExactly(3, 2, 3);
        assertThat(layer.dilation()).containsExactly(2, 5, 7);
        // Of h: (9−1)·2 + 6 − 21 − 2 = −1, an element that no window reaches.
        assertThat(layer.padding()).isEqualTo(Padding.explicit(List.of(1, 2, 0), List.of(0, 0, 0)));
        assertThat(layer.transposed()).isFalse();
        assertThat(layer.flipKernel()).isFalse();
    }

    @Test
    void parse_outputExtent_impliesThePaddingAfter() {
        assertThat(ConvolutionProblem.parse("ic1oc1iw9ow12kw3pw1").descriptor().padding())
                .isEqualTo(Padding.explicit(List.of(1), List.of(4)));
        ConvolutionDescriptor layer =
                ConvolutionProblem.parse("deconv ic1oc1iw4ow8kw3sw2pw1").descriptor();
        assertThat(layer.padding()).isEqualTo(Padding.explicit(List.of(1), List.of(0)));
        assertThat(layer.outputPadding()).containsExactly(0);
        assertThat(ConvolutionProblem.parse("deconv ic1oc1iw4ow10kw3sw2pw0")
                        .descriptor()
                        .outputPadding())
                .containsExactly(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
        ic1iw4oc1kw2n"plain"                       | plain
        ic1iw4oc1kw2_n"with_bar"                   | with_bar
        ic1iw4oc1kw2n"two words: 1x1"              | two words: 1x1
        ic1iw4oc1kw2nbare                          | bare
        ic1iw4oc1kw2 n"apart"                      | apart
        conv ic1iw4oc1kw2n"a" --flip-kernel        | a
        --flip-kernel conv ic1iw4oc1kw2 n"b c"     | b c
        ic1iw4oc1kw2                               | ''
        """)
    void parse_name_isWhatFollowsN(String line, String name) {
        ProblemLine parsed = ProblemLine.parse(line, false);
        assertThat(parsed.name()).isEqualTo(name);
        assertThat(ProblemLine.parse(parsed.toString(), false)).isEqualTo(parsed);
    }

    @Test
    void parse_noKindInFront_isTheCallersDefault() {
        assertThat(ProblemLine.parse("ic1iw4oc1kw2", true)
                        .convolution()
                        .descriptor()
                        .transposed())
                .isTrue();
        assertThat(ProblemLine.parse("conv ic1iw4oc1kw2", true)
                        .convolution()
                        .descriptor()
                        .transposed())
                .isFalse();
        assertThat(ProblemLine.parse("deconv ic1iw4oc1kw2", false)
                        .convolution()
                        .descriptor()
                        .transposed())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "ic1iw4oc1kw2nmbconv, conv mb5ic1",
        "mb3ic1iw4oc1kw2, conv mb3ic1",
        "mb2ic1iw4oc1kw2, conv mb2ic1",
        "pool ic1iw4kw2, pool max mb5ic1"
    })
    void parse_noMinibatch_isTheCallersDefault(String line, String beginning) {
        assertThat(ProblemLine.parse(line, ProblemKind.CONV, PoolingAlgorithm.MAX, 5)
                        .toString())
                .startsWith(beginning);
    }

    private static Arguments wrong(String line, String what) {
        return Arguments.of(line, "problem line " + what + ": " + line.strip());
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                wrong("", "has no problem"),
                wrong("  conv ", "has no problem"),
                wrong("ic1iw4oc1kw2 ic1iw4oc1kw2", "has a second problem, 'ic1iw4oc1kw2'"),
                wrong("ic1iw4oc1kw2xx", "is not understood from 'xx' on"),
                wrong("ic1iw4oc1kw2xx3", "is not understood from 'xx3' on"),
                wrong("IC1iw4oc1kw2", "is not understood from 'IC1iw4oc1kw2' on"),
                wrong("ic1iw4oc1kw2;", "is not understood from ';' on"),
                wrong("ic1iwoc1kw2", "is not understood from 'iwoc1kw2' on"),
                wrong("ic1iw4oc1kw-2", "must have numbers from 0 to 2^31 - 1, but kw was -2"),
                wrong("ic1iw2147483648oc1kw2", "must have numbers from 0 to 2^31 - 1, but iw was 2147483648"),
                wrong("ic1iw4oc1kw2 --dir=FWD_B", "has the unknown option '--dir=FWD_B'"),
                wrong("ic1id4iw4oc1kd2kw2", "must give both of h and w beside d, or neither"),
                wrong("ic1id4ih4oc1kd2kh2", "must give both of h and w beside d, or neither"),
                wrong("ic1oc1", "must have a spatial axis"),
                wrong("ic1oc1iw4", "must give a positive k"),
                wrong("ic1oc1kw4", "must give a positive i"),
                wrong("ic1oc1iw4kw1sw0", "must give a positive s"),
                wrong("ic1iw5oc1kw3dw2147483647", "must have a d of less than 2^31 - 1"),
                wrong("iw4oc1kw2", "must give a positive ic"),
                wrong("ic1iw4kw2", "must give a positive oc"),
                wrong("mb0ic1iw4oc1kw2", "must give a positive mb"),
                wrong(
                        "ic1iw9oc1ow3kw3",
                        "must not leave out windows that fit: its output has 7 elements on spatial axis 0, not 3"),
                wrong("deconv ic1iw4oc1ow3000000000kw3", "must have numbers from 0 to 2^31 - 1, but ow was 3000000000"),
                wrong(
                        "ic1iw9oc1ow2000000000kw3sw2pw0",
                        "must imply a padding from 0 to 2^31 - 1, but implies 3999999992"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void parse_wrongLine_throwsWithWhatAndTheLine(String line, String message) {
        assertThatThrownBy(() -> ProblemLine.parse(line, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        relu:x            | post-op parameter must be a number, but was 'x' in 'relu:x'
        relu:1:2          | post-op relu must have at most 1 parameters, but was 'relu:1:2'
        tanh:1            | post-op tanh must have at most 0 parameters, but was 'tanh:1'
        sum:1:2           | post-op sum must have at most 1 parameters, but was 'sum:1:2'
        clip:2:1          | clip's lower bound must not exceed its upper bound, but they were 2.0 and 1.0
        add               | post-op add must have one value, or one for each output channel with * between, but was 'add'
        add:f32:common    | post-op add must have one value, or one for each output channel with * between, but was 'add:f32:common'
        add:f32           | post-op parameter must be a number, but was 'f32' in 'add:f32'
        mul:              | post-op parameter must be a number, but was '' in 'mul:'
        max:1*            | post-op parameter must be a number, but was '' in 'max:1*'
        min:1*x*2         | post-op parameter must be a number, but was 'x' in 'min:1*x*2'
        prelu             | post-op prelu must have one value, or one for each output channel with * between, but was 'prelu'
        prelu:1e40        | slopes of prelu must be finite, but were [Infinity]
        add:1*2           | postOps must have one operand, or one for each of 1 channels, but was 2 in add:1.0*2.0: conv ic1oc1kw2 padding [0]..[0]
        relu:NaN          | alpha and beta of relu must be finite, but were NaN and 0.0
        """)
    void parse_wrongPostOp_throwsWithIt(String chain, String message) {
        assertThatThrownBy(() -> ConvolutionProblem.parse("ic1iw4oc1kw2 --attr-post-ops=" + chain))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void parse_unknownPostOp_throwsWithTheKnownOnes() {
        for (String chain : List.of("square", "", "relu+", "Relu")) {
            String unknown = chain.equals("relu+") ? "" : chain;
            assertThatThrownBy(() -> ConvolutionProblem.parse("ic1iw4oc1kw2 --attr-post-ops=" + chain))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "post-op must be sum, prelu or one of [relu, elu, gelu_erf, gelu_tanh, swish, hardswish,"
                                    + " logistic, tanh, clip, hardsigmoid, mish, soft_relu, linear, abs] or [add, mul, max, min], but was '"
                                    + unknown + "'");
        }
    }

    @Test
    void parse_ruleOfTheLayerBroken_throwsThatRule() {
        assertThatThrownBy(() -> ConvolutionProblem.parse("g2ic3iw4oc2kw2"))
                .hasMessage("groups must divide inputChannels, 3, but was 2: conv g2ic3oc2kw2 padding [0]..[0]");
        assertThatThrownBy(() -> ConvolutionProblem.parse("ic3iw4oc2kw5"))
                .hasMessage("kernel must not reach over more than the padded source, 4 elements on spatial axis 0,"
                        + " but was 5 elements: conv ic3oc2kw5 padding [0]..[0]");
    }

    @Test
    void parse_emptyNameInQuotes_isEmpty() {
        assertThat(ProblemLine.parse("ic1iw4oc1kw2 n\"\"", false).name()).isEmpty();
        assertThat(ProblemLine.parse("ic1iw4oc1kw2 n\"", false).name()).isEqualTo("\"");
    }

    @Test
    void parse_paddingOfAnAxisWithoutAWindow_throws() {
        assertThatThrownBy(() -> ConvolutionProblem.parse("ic1iw5oc1kw3ph1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must give a positive");
    }
}
