package io.github.faltung.convolution;

import static io.github.faltung.convolution.ConvolutionDescriptor.conv1d;
import static io.github.faltung.convolution.ConvolutionDescriptor.conv2d;
import static io.github.faltung.convolution.ConvolutionDescriptor.conv3d;
import static io.github.faltung.convolution.ConvolutionDescriptor.transposed1d;
import static io.github.faltung.convolution.ConvolutionDescriptor.transposed2d;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.tensor.Dims;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule about a layer and its source: its one message, whole. */
class ProblemRulesTest {
    private static final int MAX = Integer.MAX_VALUE;

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of(
                        conv2d(3, 8),
                        Dims.of(1, 3, 8),
                        "src must have 4 axes, [MB, IC, spatial], but was 1x3x8: conv ic3oc8kh1kw1 padding VALID"),
                Arguments.of(
                        conv2d(3, 8),
                        Dims.of(1, 4, 8, 8),
                        "src must have 3 channels, but was 1x4x8x8: conv ic3oc8kh1kw1 padding VALID"),
                Arguments.of(
                        conv1d(3, 8),
                        Dims.of(1L << 31, 3, 8),
                        "minibatch must be less than 2^31, but was 2147483648: conv ic3oc8kw1 padding VALID"),
                Arguments.of(
                        conv1d(3, 8),
                        Dims.of(1, 3, 1L << 31),
                        "source extent of spatial axis 0 must be from 1 to 2^31 - 1, but was 2147483648:"
                                + " conv ic3oc8kw1 padding VALID"),
                Arguments.of(
                        conv2d(1, 1).padding(0, 1),
                        Dims.of(1, 1, 1, MAX),
                        "padded source extent of spatial axis 1 must be less than 2^31, but was 2147483649:"
                                + " conv ic1oc1kh1kw1 padding [0, 1]..[0, 1]"),
                Arguments.of(
                        conv1d(1, 1).kernel(1 << 30).dilation(2).padding(Padding.full()),
                        Dims.of(1, 1, 5),
                        "padded source extent of spatial axis 0 must be less than 2^31, but was 4294967297:"
                                + " conv ic1oc1kw1073741824dw1 padding FULL"),
                Arguments.of(
                        conv2d(1, 1).kernel(3, 5).padding(1),
                        Dims.of(1, 1, 8, 2),
                        "kernel must not reach over more than the padded source, 4 elements on spatial axis 1,"
                                + " but was 5 elements: conv ic1oc1kh3kw5 padding [1, 1]..[1, 1]"),
                Arguments.of(
                        conv1d(1, 1).kernel(3).dilation(4),
                        Dims.of(1, 1, 8),
                        "kernel must not reach over more than the padded source, 8 elements on spatial axis 0,"
                                + " but was 9 elements: conv ic1oc1kw3dw3 padding VALID"),
                Arguments.of(
                        transposed1d(1, 1).stride(1 << 30).kernel(2),
                        Dims.of(1, 1, 3),
                        "output extent before padding is cut off, of spatial axis 0 must be less than 2^31, but was"
                                + " 2147483650: deconv ic1oc1kw2sw1073741824 padding VALID"),
                Arguments.of(
                        transposed1d(1, 1).stride(MAX).kernel(MAX),
                        Dims.of(1, 1, MAX),
                        "output extent before padding is cut off, of spatial axis 0 must be less than 2^31,"
                                + " but was 4611686014132420609:"
                                + " deconv ic1oc1kw2147483647sw2147483647 padding VALID"),
                Arguments.of(
                        transposed1d(1, 1).stride(1 << 30).padding(Padding.same()),
                        Dims.of(1, 1, 2),
                        "output extent of spatial axis 0 must be less than 2^31, but was 2147483648:"
                                + " deconv ic1oc1kw1sw1073741824 padding SAME_UPPER"),
                Arguments.of(
                        transposed2d(1, 1).kernel(3).padding(1, 2),
                        Dims.of(1, 1, 2, 2),
                        "padding must leave a transposed layer some output, but was 0 elements on spatial axis 1:"
                                + " deconv ic1oc1kh3kw3 padding [1, 2]..[1, 2]"),
                Arguments.of(
                        transposed1d(1, 1).kernel(3).padding(MAX),
                        Dims.of(1, 1, 2),
                        "padding must leave a transposed layer some output, but was -4294967290 elements on spatial"
                                + " axis 0: deconv ic1oc1kw3 padding [2147483647]..[2147483647]"),
                Arguments.of(
                        transposed1d(1, 1).kernel(3).stride(2).outputSize(4),
                        Dims.of(1, 1, 2),
                        "outputSize must be from 5 to less than 7 on spatial axis 0, but was 4:"
                                + " deconv ic1oc1kw3sw2 padding VALID"),
                Arguments.of(
                        transposed1d(1, 1).kernel(3).stride(2).outputSize(7),
                        Dims.of(1, 1, 2),
                        "outputSize must be from 5 to less than 7 on spatial axis 0, but was 7:"
                                + " deconv ic1oc1kw3sw2 padding VALID"),
                Arguments.of(
                        transposed1d(1, 1)
                                .kernel(3)
                                .stride(2)
                                .padding(Padding.same())
                                .outputSize(7),
                        Dims.of(1, 1, 2),
                        "outputSize must be less than 7 on spatial axis 0, but was 7:"
                                + " deconv ic1oc1kw3sw2 padding SAME_UPPER"),
                Arguments.of(
                        conv3d(1, MAX).padding(2).kernel(2),
                        Dims.of(1, 1, 1 << 12, 1 << 12, 1 << 11),
                        "dst dims must have fewer than 2^63 elements, but were 1x2147483647x4099x4099x2051:"
                                + " conv ic1oc2147483647kd2kh2kw2 padding [2, 2, 2]..[2, 2, 2]"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void create_brokenRule_throwsFieldRuleValueAndLayer(ConvolutionBuilder layer, Dims src, String message) {
        ConvolutionDescriptor descriptor = layer.build();
        assertThatThrownBy(() -> new ConvolutionProblem(descriptor, src))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void outputExtent_badSource_throwsAsTheProblemDoes() {
        ConvolutionDescriptor layer = conv1d(1, 1).kernel(3).build();
        assertThat(layer.outputExtent(0, 3)).isEqualTo(1);
        assertThatThrownBy(() -> layer.outputExtent(0, 2))
                .hasMessage("kernel must not reach over more than the padded source, 2 elements on spatial axis 0,"
                        + " but was 3 elements: conv ic1oc1kw3 padding VALID");
        assertThatThrownBy(() -> layer.outputExtent(0, 0))
                .hasMessage("source extent of spatial axis 0 must be from 1 to 2^31 - 1, but was 0:"
                        + " conv ic1oc1kw3 padding VALID");
    }

    @Test
    void create_largestExtents_areAccepted() {
        var problem = new ConvolutionProblem(conv1d(1, 1).kernel(MAX).build(), Dims.of(MAX, 1, MAX));
        assertThat(problem.dstDims()).isEqualTo(Dims.of(MAX, 1, 1));
        assertThat(problem.minibatch()).isEqualTo(MAX);
        assertThat(problem.multiplyAdds()).isEqualTo((double) MAX * MAX);
    }

    @Test
    void withMinibatch_other_changesNothingElse() {
        var problem = new ConvolutionProblem(conv2d(3, 8).kernel(3).build(), Dims.of(2, 3, 8, 9));
        assertThat(problem.withMinibatch(7))
                .isEqualTo(new ConvolutionProblem(problem.descriptor(), Dims.of(7, 3, 8, 9)));
        assertThatThrownBy(() -> problem.withMinibatch(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void multiplyAdds_ofKnownLayers_areTheLiteratures() {
        // ResNet-50's first layer: 118 million multiply-adds (He et al. 2015, table 1, conv1: 112·112·64·7·7·3).
        assertThat(new ConvolutionProblem(
                                conv2d(3, 64).kernel(7).stride(2).padding(3).build(), Dims.of(1, 3, 224, 224))
                        .multiplyAdds())
                .isEqualTo(118_013_952);
        // MobileNet's first depthwise layer: 3·3·32·112·112 (Howard et al. 2017, equation 4).
        assertThat(new ConvolutionProblem(
                                conv2d(32, 32).depthwise().kernel(3).padding(1).build(), Dims.of(1, 32, 112, 112))
                        .multiplyAdds())
                .isEqualTo(3_612_672);
        // Transposed: each source element times each weight of its input channel.
        assertThat(new ConvolutionProblem(
                                transposed2d(4, 6).groups(2).kernel(2).stride(2).build(), Dims.of(3, 4, 5, 5))
                        .multiplyAdds())
                .isEqualTo(3 * 4 * 25 * 3 * 4);
    }

    @Test
    void outputExtent_largestThereIs_isAccepted() {
        assertThat(conv1d(1, 1).build().outputExtent(0, MAX)).isEqualTo(MAX);
        assertThat(transposed1d(1, 1).build().outputExtent(0, MAX)).isEqualTo(MAX);
    }

    @Test
    void withTypes_other_changesNothingElse() {
        var problem = new ConvolutionProblem(conv2d(3, 8).kernel(3).build(), Dims.of(2, 3, 8, 9));
        LayerTypes types = LayerTypes.parse("u8:s8:f32");
        assertThat(problem.withTypes(types))
                .isEqualTo(new ConvolutionProblem(
                        problem.descriptor().withTypes(types, Quantization.NONE), Dims.of(2, 3, 8, 9)));
    }

    /** 9 elements, windows of 3 that begin at −1, 1, 3, 5 and 7: all padding is seen. */
    @Test
    void adjoint_regular_isTransposedFromItsOutputToItsSource() {
        var problem = new ConvolutionProblem(
                conv1d(4, 6)
                        .groups(2)
                        .kernel(3)
                        .stride(2)
                        .padding(1)
                        .flipKernel()
                        .build(),
                Dims.of(5, 4, 9));
        ConvolutionProblem adjoint = problem.adjoint().orElseThrow();
        assertThat(adjoint)
                .isEqualTo(new ConvolutionProblem(
                        transposed1d(6, 4)
                                .groups(2)
                                .kernel(3)
                                .stride(2)
                                .padding(1)
                                .flipKernel()
                                .build(),
                        Dims.of(5, 6, 5)));
        assertThat(adjoint.dstDims()).isEqualTo(problem.srcDims());
        assertThat(adjoint.adjoint()).contains(problem);
    }

    /** Windows of 3 at 0 and 3 leave the last element of 7 to nobody, which the adjoint adds as output padding. */
    @Test
    void adjoint_elementThatNoWindowReaches_isOutputPadding() {
        var problem = new ConvolutionProblem(conv1d(1, 1).kernel(3).stride(3).build(), Dims.of(1, 1, 7));
        ConvolutionProblem adjoint = problem.adjoint().orElseThrow();
        assertThat(adjoint.descriptor().outputPadding()).containsExactly(1);
        assertThat(adjoint.dstDims()).isEqualTo(problem.srcDims());
    }

    /** Output padding of 3 behind taps 4 apart: steps of 2 reach one element less of the output, and leave one over. */
    @Test
    void adjoint_outputPaddingOfAStrideOrMore_isLeftOut() {
        ConvolutionDescriptor layer = transposed1d(1, 1)
                .kernel(2)
                .stride(2)
                .dilation(4)
                .outputPadding(3)
                .build();
        var problem = new ConvolutionProblem(layer, Dims.of(1, 1, 3));
        assertThat(problem.dstDims()).isEqualTo(Dims.of(1, 1, 2 * 2 + 5 + 3));
        ConvolutionProblem adjoint = problem.adjoint().orElseThrow();
        assertThat(adjoint.srcDims()).isEqualTo(Dims.of(1, 1, 2 * 2 + 5 + 3 - 2));
        assertThat(adjoint.dstDims()).isEqualTo(problem.srcDims());
        assertThat(adjoint.descriptor().padding()).isEqualTo(Padding.of(0));
        assertThat(adjoint.descriptor().outputPadding()).containsExactly(0);
    }

    /** One element makes an output of one tap, which the padding cuts off; all that is left is output padding. */
    @Test
    void adjoint_allThatDependsOnTheSourceCutOff_isNone() {
        ConvolutionDescriptor layer = transposed1d(1, 1)
                .dilation(3)
                .padding(Padding.explicit(List.of(1), List.of(0)))
                .outputPadding(2)
                .build();
        var problem = new ConvolutionProblem(layer, Dims.of(1, 1, 1));
        assertThat(problem.dstDims()).isEqualTo(Dims.of(1, 1, 2));
        assertThat(problem.adjoint()).isEmpty();
    }
}
