package io.github.faltung.reference;

import static io.github.faltung.convolution.ConvolutionDescriptor.conv2d;
import static io.github.faltung.convolution.ConvolutionDescriptor.transposed2d;
import static io.github.faltung.reference.WorkedCasesTest.floats;
import static io.github.faltung.reference.WorkedCasesTest.ones;
import static io.github.faltung.reference.WorkedCasesTest.run;
import static io.github.faltung.reference.WorkedCasesTest.upTo;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.convolution.ConvolutionBuilder;
import io.github.faltung.convolution.Padding;
import io.github.faltung.tensor.Dims;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The numbers of ONNX's own tests of Conv and ConvTranspose, written out. */
class OnnxCasesTest {
    /** ONNX 1.22's backend tests of Conv: 0, 1, 2… in 5 × 5 or 7 × 5, a window of ones. */
    static Stream<Arguments> onnxConv() {
        return Stream.of(
                Arguments.of(
                        "basic_conv_with_padding",
                        conv2d(1, 1).kernel(3).padding(1),
                        5,
                        floats(
                                12, 21, 27, 33, 24, 33, 54, 63, 72, 51, 63, 99, 108, 117, 81, 93, 144, 153, 162, 111,
                                72, 111, 117, 123, 84)),
                Arguments.of(
                        "basic_conv_without_padding",
                        conv2d(1, 1).kernel(3),
                        5,
                        floats(54, 63, 72, 99, 108, 117, 144, 153, 162)),
                Arguments.of(
                        "conv_with_autopad_same",
                        conv2d(1, 1).kernel(3).stride(2).padding(Padding.sameLower()),
                        5,
                        floats(12, 27, 24, 63, 108, 81, 72, 117, 84)),
                Arguments.of(
                        "conv_with_strides_padding",
                        conv2d(1, 1).kernel(3).stride(2).padding(1),
                        7,
                        floats(12, 27, 24, 63, 108, 81, 123, 198, 141, 112, 177, 124)),
                Arguments.of(
                        "conv_with_strides_no_padding",
                        conv2d(1, 1).kernel(3).stride(2),
                        7,
                        floats(54, 72, 144, 162, 234, 252)),
                Arguments.of(
                        "conv_with_strides_and_asymmetric_padding",
                        conv2d(1, 1).kernel(3).stride(2).padding(1, 0),
                        7,
                        floats(21, 33, 99, 117, 189, 207, 171, 183)));
    }

    @ParameterizedTest
    @MethodSource("onnxConv")
    void forward_onnxConv_isAsPublished(String name, ConvolutionBuilder layer, int height, float[] dst) {
        assertThat(run(layer, upTo(height * 5), Dims.of(1, 1, height, 5), ones(9)))
                .as(name)
                .containsExactly(dst);
    }

    /** ONNX 1.22's backend tests of ConvTranspose: 0…8 in 3 × 3, one input and two equal output channels of ones. */
    static Stream<Arguments> onnxConvTranspose() {
        return Stream.of(
                Arguments.of(
                        "convtranspose",
                        transposed2d(1, 2).kernel(3),
                        floats(0, 1, 3, 3, 2, 3, 8, 15, 12, 7, 9, 21, 36, 27, 15, 9, 20, 33, 24, 13, 6, 13, 21, 15, 8)),
                Arguments.of(
                        "convtranspose_pads",
                        transposed2d(1, 2).kernel(3).stride(3, 2).padding(1, 2),
                        floats(1, 1, 3, 1, 1, 3, 7, 4, 9, 7, 4, 9, 7, 4, 9, 13, 7, 15, 13, 7, 15)),
                Arguments.of(
                        "convtranspose_autopad_same",
                        transposed2d(1, 2).kernel(3).stride(2).padding(Padding.same()),
                        floats(
                                0, 0, 1, 1, 3, 2, 0, 0, 1, 1, 3, 2, 3, 3, 8, 5, 12, 7, 3, 3, 7, 4, 9, 5, 9, 9, 20, 11,
                                24, 13, 6, 6, 13, 7, 15, 8)),
                Arguments.of(
                        "convtranspose_output_shape",
                        transposed2d(1, 2).kernel(3).stride(3, 2).outputSize(10, 8),
                        OUTPUT_10_BY_8),
                Arguments.of(
                        "convtranspose_kernel_shape",
                        transposed2d(1, 2).kernel(3).stride(3, 2).outputPadding(1, 1),
                        OUTPUT_10_BY_8));
    }

    private static final float[] OUTPUT_10_BY_8 = floats(
            0, 0, 1, 1, 3, 2, 2, 0, 0, 0, 1, 1, 3, 2, 2, 0, 0, 0, 1, 1, 3, 2, 2, 0, 3, 3, 7, 4, 9, 5, 5, 0, 3, 3, 7, 4,
            9, 5, 5, 0, 3, 3, 7, 4, 9, 5, 5, 0, 6, 6, 13, 7, 15, 8, 8, 0, 6, 6, 13, 7, 15, 8, 8, 0, 6, 6, 13, 7, 15, 8,
            8, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    @ParameterizedTest
    @MethodSource("onnxConvTranspose")
    void forward_onnxConvTranspose_isAsPublishedInBothChannels(String name, ConvolutionBuilder layer, float[] channel) {
        float[] dst = run(layer, upTo(9), Dims.of(1, 1, 3, 3), ones(18));
        assertThat(Arrays.copyOfRange(dst, 0, channel.length)).as(name).containsExactly(channel);
        assertThat(Arrays.copyOfRange(dst, channel.length, dst.length)).as(name).containsExactly(channel);
    }

    @Test
    void forward_onnxConvTransposeDilations_isAsPublished() {
        assertThat(run(
                        transposed2d(1, 1).kernel(2).dilation(2),
                        floats(3, 8, 1, 9, 5, 7, 3, 2, 6),
                        Dims.of(1, 1, 3, 3),
                        7,
                        2,
                        1,
                        9))
                .containsExactly(
                        21, 56, 13, 16, 2, 63, 35, 67, 10, 14, 24, 22, 76, 76, 21, 9, 5, 88, 45, 63, 3, 2, 33, 18, 54);
    }

    @Test
    void forward_onnxConvTransposeGroups_seeOnlyTheirChannel() {
        assertThat(run(transposed2d(2, 2).groups(2).kernel(3), upTo(18), Dims.of(1, 2, 3, 3), ones(18)))
                .containsExactly(
                        0, 1, 3, 3, 2, 3, 8, 15, 12, 7, 9, 21, 36, 27, 15, 9, 20, 33, 24, 13, 6, 13, 21, 15, 8, 9, 19,
                        30, 21, 11, 21, 44, 69, 48, 25, 36, 75, 117, 81, 42, 27, 56, 87, 60, 31, 15, 31, 48, 33, 17);
    }
}
