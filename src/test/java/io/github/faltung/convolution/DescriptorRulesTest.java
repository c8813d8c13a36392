package io.github.faltung.convolution;

import static io.github.faltung.convolution.ConvolutionDescriptor.conv1d;
import static io.github.faltung.convolution.ConvolutionDescriptor.conv2d;
import static io.github.faltung.convolution.ConvolutionDescriptor.conv3d;
import static io.github.faltung.convolution.ConvolutionDescriptor.transposed1d;
import static io.github.faltung.convolution.ConvolutionDescriptor.transposed2d;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule about a layer alone: its one message, whole. */
class DescriptorRulesTest {
    private static final int MAX = Integer.MAX_VALUE;

    private static Arguments refused(ConvolutionBuilder layer, String message) {
        return Arguments.of(layer, message);
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                refused(
                        transposed1d(2, 2)
                                .kernel(4)
                                .stride(2)
                                .padding(Padding.causal())
                                .outputPadding(1),
                        "outputPadding must be 0 where CAUSAL padding determines the output, but was [1]:"
                                + " deconv ic2oc2kw4sw2 padding CAUSAL"),
                refused(conv2d(0, 8), "inputChannels must be at least 1, but was 0: conv ic0oc8kh1kw1 padding VALID"),
                refused(
                        conv2d(8, -3),
                        "outputChannels must be at least 1, but was -3: conv ic8oc-3kh1kw1 padding VALID"),
                refused(conv1d(8, 8).groups(0), "groups must be at least 1, but was 0: conv g0ic8oc8kw1 padding VALID"),
                refused(
                        conv2d(8, 9).groups(3),
                        "groups must divide inputChannels, 8, but was 3: conv g3ic8oc9kh1kw1 padding VALID"),
                refused(
                        conv2d(9, 8).groups(3),
                        "groups must divide outputChannels, 8, but was 3: conv g3ic9oc8kh1kw1 padding VALID"),
                refused(
                        conv2d(3, 8).kernel(3, 0),
                        "kernel must be at least 1 on each axis, but was [3, 0]: conv ic3oc8kh3kw0 padding VALID"),
                refused(
                        conv2d(3, 8).stride(1, 2, 3),
                        "strides must have 2 values, one for each spatial axis, but was [1, 2, 3]:"
                                + " conv ic3oc8kh1kw1sd1sh2sw3 padding VALID"),
                refused(
                        conv2d(3, 8).stride(2, -1),
                        "strides must be at least 1 on each axis, but was [2, -1]: conv ic3oc8kh1kw1sh2sw-1 padding"
                                + " VALID"),
                refused(
                        conv3d(3, 8).dilation(2, 2),
                        "dilation must have 3 values, one for each spatial axis, but was [2, 2]:"
                                + " conv ic3oc8kd1kh1kw1dh1dw1 padding VALID"),
                refused(
                        conv1d(3, 8).dilation(0),
                        "dilation must be at least 1 on each axis, but was [0]: conv ic3oc8kw1dw-1 padding VALID"),
                refused(
                        conv1d(1, 1).kernel(3).dilation(1 << 30),
                        "kernel must extend over fewer than 2^31 elements, but was 2147483649:"
                                + " conv ic1oc1kw3dw1073741823 padding VALID"),
                refused(
                        conv2d(1, 1).kernel(1, MAX).dilation(MAX),
                        "kernel must extend over fewer than 2^31 elements, but was 4611686011984936963:"
                                + " conv ic1oc1kh1kw2147483647dh2147483646dw2147483646 padding VALID"),
                refused(
                        conv3d(3, 8).padding(1, 2),
                        "padding before must have 3 values, one for each spatial axis, but was [1, 2]:"
                                + " conv ic3oc8kd1kh1kw1 padding [1, 2]..[1, 2]"),
                refused(
                        conv2d(3, 8).padding(Padding.explicit(List.of(1, 2), List.of(1, 2, 3))),
                        "padding after must have 2 values, one for each spatial axis, but was [1, 2, 3]:"
                                + " conv ic3oc8kh1kw1 padding [1, 2]..[1, 2, 3]"),
                refused(
                        transposed2d(3, 8).outputPadding(1, 1, 1),
                        "outputPadding must have 2 values, one for each spatial axis, but was [1, 1, 1]:"
                                + " deconv ic3oc8kh1kw1 padding VALID"),
                refused(
                        transposed2d(3, 8).outputPadding(0, -1),
                        "outputPadding must be at least 0 on each axis, but was [0, -1]: deconv ic3oc8kh1kw1 padding"
                                + " VALID"),
                refused(
                        conv2d(3, 8).stride(2).outputPadding(0, 1),
                        "outputPadding is for transposed layers, but was [0, 1]: conv ic3oc8kh1kw1sh2sw2 padding"
                                + " VALID"),
                refused(
                        transposed2d(3, 8).stride(3, 2).dilation(1, 2).outputPadding(2),
                        "outputPadding must be less than stride or dilation, 2, but was [2, 2]:"
                                + " deconv ic3oc8kh1kw1sh3sw2dh0dw1 padding VALID"),
                refused(
                        transposed1d(3, 8).outputSize(4, 5),
                        "outputSize must have 1 values, one for each spatial axis, but was [4, 5]:"
                                + " deconv ic3oc8kw1 padding VALID"),
                refused(
                        transposed1d(3, 8).outputSize(0),
                        "outputSize must be at least 1 on each axis, but was [0]: deconv ic3oc8kw1 padding VALID"),
                refused(
                        conv1d(3, 8).outputSize(4),
                        "outputSize is for transposed layers, but was [4]: conv ic3oc8kw1 padding VALID"),
                refused(
                        transposed1d(3, 8).stride(2).outputPadding(1).outputSize(4),
                        "outputPadding must be 0 where outputSize, [4], determines it, but was [1]:"
                                + " deconv ic3oc8kw1sw2 padding VALID"),
                refused(
                        conv1d(3, 8).postOps(PostOp.relu(), PostOp.prelu(0.1f, 0.2f, 0.3f)),
                        "postOps must have one operand, or one for each of 8 channels, but was 3 in prelu:0.1*0.2*0.3:"
                                + " conv ic3oc8kw1 padding VALID"),
                refused(
                        transposed1d(3, 1).postOps(PostOp.min(1, 2, 3)),
                        "postOps must have one operand, or one for each of 1 channels, but was 3 in min:1.0*2.0*3.0:"
                                + " deconv ic3oc1kw1 padding VALID"),
                refused(
                        conv1d(3, 8).postOps(PostOp.sum(), PostOp.relu(), PostOp.sum(2)),
                        "postOps may have one sum, but was [sum:1.0, relu:0.0, sum:2.0]: conv ic3oc8kw1 padding VALID"),
                refused(
                        conv3d(MAX, MAX).kernel(3, 3, 3),
                        "weights dims must have fewer than 2^63 elements, but were 2147483647x2147483647x3x3x3:"
                                + " conv ic2147483647oc2147483647kd3kh3kw3 padding VALID"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void build_brokenRule_throwsFieldRuleValueAndLayer(ConvolutionBuilder layer, String message) {
        assertThatThrownBy(layer::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void create_noAxesOrFour_throwsWithTheKernel() {
        for (List<Integer> kernel : List.of(List.<Integer>of(), List.of(1, 2, 3, 4))) {
            List<Integer> ones = kernel.stream().map(k -> 1).toList();
            List<Integer> zeros = kernel.stream().map(k -> 0).toList();
            assertThatThrownBy(() -> new ConvolutionDescriptor(
                            3, 8, 1, kernel, ones, ones, Padding.valid(), false, zeros, List.of(), false, List.of()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("kernel must have 1 to 3 values, one for each spatial axis, but was " + kernel
                            + ": conv ic3oc8k" + kernel + " padding VALID");
        }
    }

    static Stream<Arguments> accepted() {
        return Stream.of(
                Arguments.of(conv1d(1, 1).kernel(MAX)),
                Arguments.of(conv1d(1, 1).kernel(2).dilation(MAX - 1)),
                Arguments.of(conv1d(1, 1).stride(MAX)),
                Arguments.of(conv2d(6, 9).groups(3)),
                Arguments.of(transposed2d(3, 8).stride(3, 1).dilation(1, 3).outputPadding(2)),
                Arguments.of(transposed1d(3, 8)
                        .stride(2)
                        .padding(Padding.same())
                        .outputPadding(1)
                        .outputSize(4)),
                Arguments.of(conv1d(3, 8).postOps(PostOp.sum(), PostOp.relu())),
                Arguments.of(conv1d(3, 2).postOps(PostOp.add(1), PostOp.multiply(1, 2), PostOp.prelu(3, 4))));
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void build_justWithinTheRules_isAccepted(ConvolutionBuilder layer) {
        assertThat(layer.build().spatialRank()).isPositive();
    }

    @Test
    void build_usualLayer_hasTheUsualDefaultsAndDims() {
        ConvolutionDescriptor layer = conv2d(4, 6).groups(2).kernel(5, 3).build();

        assertThat(layer.strides()).containsExactly(1, 1);
        assertThat(layer.dilation()).containsExactly(1, 1);
        assertThat(layer.padding()).isEqualTo(Padding.valid());
        assertThat(layer.outputPadding()).containsExactly(0, 0);
        assertThat(layer.outputSize()).isEmpty();
        assertThat(layer.flipKernel()).isFalse();
        assertThat(layer.postOps()).isEmpty();
        assertThat(layer.weightsDims()).isEqualTo(Dims.of(6, 2, 5, 3));
        assertThat(layer.biasDims()).isEqualTo(Dims.of(6));
        assertThat(layer.readsDestination()).isFalse();
        assertThat(conv1d(5, 10).depthwise().build().groups()).isEqualTo(5);
        assertThat(transposed2d(4, 6).groups(2).kernel(5, 3).build().weightsDims())
                .isEqualTo(Dims.of(4, 3, 5, 3));
    }

    @Test
    void build_onePaddingForAllAxes_isWrittenOut() {
        assertThat(conv3d(1, 1).padding(Padding.of(2)).build())
                .isEqualTo(conv3d(1, 1).padding(2, 2, 2).build());
        assertThat(conv2d(1, 1)
                        .padding(Padding.explicit(List.of(1), List.of(2, 3)))
                        .build()
                        .padding())
                .isEqualTo(Padding.explicit(List.of(1, 1), List.of(2, 3)));
    }

    @Test
    void create_callersListsChangedLater_keepsItsOwn() {
        Integer[] kernel = {3};
        var layer = new ConvolutionDescriptor(
                1,
                1,
                1,
                Arrays.asList(kernel),
                List.of(1),
                List.of(1),
                Padding.valid(),
                false,
                List.of(0),
                List.of(),
                false,
                List.of());
        kernel[0] = 99;
        assertThat(layer.kernel()).containsExactly(3);
    }

    @Test
    void toString_everyField_isInTheManner_ofAProblemLine() {
        assertThat(transposed2d(4, 6)
                        .groups(2)
                        .kernel(5, 3)
                        .stride(2)
                        .dilation(1, 2)
                        .padding(Padding.same())
                        .postOps(PostOp.sum(0.5f), PostOp.leakyRelu(0.25f))
                        .flipKernel()
                        .build())
                .hasToString("deconv g2ic4oc6kh5kw3sh2sw2dh0dw1 padding SAME_UPPER"
                        + " --attr-post-ops=sum:0.5+relu:0.25 --flip-kernel");
    }

    /** Weights are [OC, IC/G, k], transposed [IC, OC/G, k]: of two groups, the eighth weight there is of input 2 and so of group 1. */
    @Test
    void weightOutputChannel_groups_isThatOfTheWeight() {
        var regular = ConvolutionDescriptor.conv1d(4, 6).groups(2).build();
        assertThat(IntStream.range(0, 12).map(regular::weightOutputChannel))
                .containsExactly(0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5);
        var transposed = ConvolutionDescriptor.transposed1d(4, 6).groups(2).build();
        assertThat(IntStream.range(0, 12).map(transposed::weightOutputChannel))
                .containsExactly(0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5);
    }

    /** The weights of a window belong together: counted as the tensor is laid out, whatever the formula. */
    @Test
    void weightOutputChannel_windows_isTheSameForEachElement() {
        var regular = conv2d(4, 6).groups(2).kernel(2, 3).build();
        var transposed = transposed2d(4, 6).groups(2).kernel(2, 3).build();
        long position = 0;
        for (int output = 0; output < 6; output++) {
            for (int element = 0; element < 2 * 6; element++) {
                assertThat(regular.weightOutputChannel(position++)).isEqualTo(output);
            }
        }
        position = 0;
        for (int input = 0; input < 4; input++) {
            for (int output = 0; output < 3; output++) {
                for (int element = 0; element < 6; element++) {
                    assertThat(transposed.weightOutputChannel(position++)).isEqualTo(input / 2 * 3 + output);
                }
            }
        }
    }

    @Test
    void with_oneFieldChanged_keepsTheOthers() {
        ConvolutionDescriptor layer = transposed2d(4, 6)
                .groups(2)
                .kernel(5, 3)
                .stride(2)
                .padding(1)
                .outputPadding(1)
                .flipKernel()
                .postOps(PostOp.relu())
                .build();
        var types = LayerTypes.parse("u8:s8:f32");
        Quantization quantization = Quantization.NONE.withSrc(0.5f, 3);
        ConvolutionDescriptor typed = layer.withTypes(types, quantization);
        assertThat(typed.types()).isEqualTo(types);
        assertThat(typed.quantization()).isEqualTo(quantization);
        assertThat(typed.withTypes(LayerTypes.ALL_F32, Quantization.NONE)).isEqualTo(layer);

        ConvolutionDescriptor precise = layer.withPrecision(Precision.SPLIT_BF16_3);
        assertThat(precise.precision()).isEqualTo(Precision.SPLIT_BF16_3);
        assertThat(precise.withPrecision(Precision.STRICT)).isEqualTo(layer);

        ConvolutionDescriptor padded = layer.withPadding(Padding.of(2));
        assertThat(padded.padding()).isEqualTo(Padding.symmetric(2, 2));
        assertThat(padded.withPadding(Padding.of(1))).isEqualTo(layer);

        ConvolutionDescriptor plain = layer.withPostOps(List.of());
        assertThat(plain.postOps()).isEmpty();
        assertThat(plain.withPostOps(List.of(PostOp.relu()))).isEqualTo(layer);
    }

    @Test
    void transposed3d_builder_makesThreeAxes() {
        ConvolutionDescriptor layer =
                ConvolutionDescriptor.transposed3d(2, 4).kernel(3).build();
        assertThat(layer.transposed()).isTrue();
        assertThat(layer.weightsDims()).isEqualTo(Dims.of(2, 4, 3, 3, 3));
    }

    @Test
    @SuppressWarnings("NullAway")
    void postOps_nullAmongThem_throwsWithTheField() {
        ConvolutionBuilder layer = conv1d(1, 1);
        assertThatThrownBy(() -> layer.postOps(PostOp.relu(), null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("postOps");
    }

    @Test
    @SuppressWarnings("NullAway") // is what is tested
    void descriptors_missingParts_areRefusedByName() {
        ConvolutionDescriptor layer = ConvolutionDescriptor.conv1d(1, 1).build();
        assertThatThrownBy(() -> layer.withPadding(null)).hasMessage("padding");
        assertThatThrownBy(() -> layer.withPrecision(null)).hasMessage("precision");
        assertThatThrownBy(() -> layer.withTypes(null, Quantization.NONE)).hasMessage("types");
        assertThatThrownBy(() -> layer.withTypes(LayerTypes.ALL_F32, null)).hasMessage("quantization");
        assertThatThrownBy(() -> new LayerTypes(DataType.U8, DataType.S8, null)).hasMessage("dst");
        assertThatThrownBy(() -> new PostOp.Binary(null, List.of(1f))).hasMessage("operation");
        assertThatThrownBy(() -> new PostOp.Eltwise(null, 1, 1)).hasMessage("algorithm");
        assertThatThrownBy(() -> Link.of((ConvolutionDescriptor) null)).isInstanceOf(NullPointerException.class);
    }
}
