package io.github.faltung.convolution;

import static io.github.faltung.convolution.ConvolutionDescriptor.conv1d;
import static io.github.faltung.convolution.ConvolutionDescriptor.conv2d;
import static io.github.faltung.convolution.ConvolutionDescriptor.transposed1d;
import static io.github.faltung.convolution.ConvolutionDescriptor.transposed2d;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.tensor.Dims;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Shapes against numbers that others have published. */
class GeometryTest {
    private static Arguments of(String source, ConvolutionBuilder layer, long src, long dst, long before, long after) {
        return Arguments.of(source, layer.build(), src, dst, before, after);
    }

    private static Padding explicit(int before, int after) {
        return Padding.explicit(List.of(before), List.of(after));
    }

    /** Dumoulin and Visin, A guide to convolution arithmetic for deep learning (2016): the figures' numbers. */
    static Stream<Arguments> guideRegular() {
        return Stream.of(
                of("fig. 2.1", conv1d(1, 1).kernel(3), 4, 2, 0, 0),
                of("fig. 2.2", conv1d(1, 1).kernel(4).padding(2), 5, 6, 2, 2),
                of("fig. 2.3, half", conv1d(1, 1).kernel(3).padding(1), 5, 5, 1, 1),
                of("fig. 2.3, SAME", conv1d(1, 1).kernel(3).padding(Padding.same()), 5, 5, 1, 1),
                of("fig. 2.4, full", conv1d(1, 1).kernel(3).padding(2), 5, 7, 2, 2),
                of("fig. 2.4, FULL", conv1d(1, 1).kernel(3).padding(Padding.full()), 5, 7, 2, 2),
                of("fig. 2.5", conv1d(1, 1).kernel(3).stride(2), 5, 2, 0, 0),
                of("fig. 2.6", conv1d(1, 1).kernel(3).stride(2).padding(1), 5, 3, 1, 1),
                // The guide's i = 6 gives the same output as 5: the last zero is never reached.
                of("fig. 2.7", conv1d(1, 1).kernel(3).stride(2).padding(1), 6, 3, 1, 0),
                of("fig. 5.1, dilated", conv1d(1, 1).kernel(3).dilation(2), 7, 3, 0, 0));
    }

    static Stream<Arguments> guideTransposed() {
        return Stream.of(
                of("fig. 4.1", transposed1d(1, 1).kernel(3), 2, 4, 0, 0),
                of("fig. 4.2", transposed1d(1, 1).kernel(4).padding(2), 6, 5, 2, 2),
                of("fig. 4.3", transposed1d(1, 1).kernel(3).padding(1), 5, 5, 1, 1),
                of("fig. 4.4", transposed1d(1, 1).kernel(3).padding(2), 7, 5, 2, 2),
                of("fig. 4.4, FULL", transposed1d(1, 1).kernel(3).padding(Padding.full()), 7, 5, 2, 2),
                of("fig. 4.5", transposed1d(1, 1).kernel(3).stride(2), 2, 5, 0, 0),
                of("fig. 4.6", transposed1d(1, 1).kernel(3).stride(2).padding(1), 3, 5, 1, 1),
                of("fig. 4.7", transposed1d(1, 1).kernel(3).stride(2).padding(1).outputPadding(1), 3, 6, 1, 0));
    }

    /** TensorFlow: SAME has ⌈src / stride⌉ outputs, and the odd zero after; ONNX: SAME_LOWER has it before. */
    static Stream<Arguments> same() {
        return Stream.of(
                // TensorFlow 1 guide, Neural Network: width 13, filter 6, stride 5.
                of("TF SAME", conv1d(1, 1).kernel(6).stride(5).padding(Padding.same()), 13, 3, 1, 2),
                of("TF VALID", conv1d(1, 1).kernel(6).stride(5), 13, 2, 0, -2),
                of("ONNX SAME_LOWER", conv1d(1, 1).kernel(6).stride(5).padding(Padding.sameLower()), 13, 3, 2, 1),
                of("even, UPPER", conv1d(1, 1).kernel(2).padding(Padding.same()), 4, 4, 0, 1),
                of("even, LOWER", conv1d(1, 1).kernel(2).padding(Padding.sameLower()), 4, 4, 1, 0),
                of("4 taps, UPPER", conv1d(1, 1).kernel(4).padding(Padding.same()), 9, 9, 1, 2),
                of("4 taps, LOWER", conv1d(1, 1).kernel(4).padding(Padding.sameLower()), 9, 9, 2, 1),
                // ResNet's first layer: SAME is not PyTorch's symmetric padding of 3.
                of("224, 7 s2, UPPER", conv1d(1, 1).kernel(7).stride(2).padding(Padding.same()), 224, 112, 2, 3),
                of("224, 7 s2, 3", conv1d(1, 1).kernel(7).stride(2).padding(3), 224, 112, 3, 2),
                of("dilated", conv1d(1, 1).kernel(3).dilation(4).padding(Padding.same()), 10, 10, 4, 4),
                of("dilated even", conv1d(1, 1).kernel(2).dilation(3).padding(Padding.same()), 10, 10, 1, 2),
                of("stride over kernel", conv1d(1, 1).kernel(1).stride(3).padding(Padding.same()), 7, 3, 0, 0),
                of("stride over kernel", conv1d(1, 1).kernel(1).stride(3).padding(Padding.same()), 5, 2, 0, -1),
                of("source below kernel", conv1d(1, 1).kernel(5).padding(Padding.same()), 1, 1, 2, 2));
    }

    static Stream<Arguments> otherModes() {
        return Stream.of(
                of("causal, Keras", conv1d(1, 1).kernel(3).dilation(4).padding(Padding.causal()), 10, 10, 8, 0),
                of("causal strided", conv1d(1, 1).kernel(3).stride(2).padding(Padding.causal()), 9, 5, 2, 0),
                of("causal strided", conv1d(1, 1).kernel(3).stride(2).padding(Padding.causal()), 10, 5, 2, -1),
                of("full strided", conv1d(1, 1).kernel(4).stride(3).padding(Padding.full()), 6, 3, 3, 1),
                of("full dilated", conv1d(1, 1).kernel(3).dilation(2).padding(Padding.full()), 1, 5, 4, 4),
                of("asymmetric", conv1d(1, 1).kernel(3).padding(explicit(0, 2)), 6, 6, 0, 2),
                of("asymmetric", conv1d(1, 1).kernel(3).stride(2).padding(explicit(3, 0)), 6, 4, 3, 0),
                of("unreached zeros", conv1d(1, 1).kernel(2).stride(4).padding(explicit(0, 3)), 6, 2, 0, 0),
                of("padding over kernel", conv1d(1, 1).kernel(1).padding(2), 3, 7, 2, 2));
    }

    /** ONNX ConvTranspose and PyTorch ConvTranspose1d; after is what is cut off, or added where negative. */
    static Stream<Arguments> transposed() {
        return Stream.of(
                // ONNX 1.22, test_convtranspose_output_shape: 3 → 10, k3 s3 and 3 → 8, k3 s2, padding 0.
                of("ONNX output_shape", transposed1d(1, 1).kernel(3).stride(3).outputSize(10), 3, 10, 0, -1),
                of("ONNX output_shape", transposed1d(1, 1).kernel(3).stride(2).outputSize(8), 3, 8, 0, -1),
                of("ONNX pads", transposed1d(1, 1).kernel(3).stride(3).padding(1), 3, 7, 1, 1),
                of("ONNX pads", transposed1d(1, 1).kernel(3).stride(2).padding(2), 3, 3, 2, 2),
                of("ONNX dilations", transposed1d(1, 1).kernel(2).dilation(2), 3, 5, 0, 0),
                // auto_pad: total = s·(i − 1) + op + ((k − 1)·d + 1) − out; UPPER: total/2 before.
                of("ONNX SAME_UPPER", transposed1d(1, 1).kernel(3).stride(2).padding(Padding.same()), 3, 6, 0, 1),
                of("ONNX SAME_LOWER", transposed1d(1, 1).kernel(3).stride(2).padding(Padding.sameLower()), 3, 6, 1, 0),
                of("ONNX SAME_UPPER", transposed1d(1, 1).kernel(4).stride(2).padding(Padding.same()), 3, 6, 1, 1),
                of("SAME, k5 s2", transposed1d(1, 1).kernel(5).stride(2).padding(Padding.same()), 7, 14, 1, 2),
                of("SAME, k < s", transposed1d(1, 1).kernel(1).stride(2).padding(Padding.same()), 3, 6, 0, -1),
                of(
                        "SAME, output_shape, total 2",
                        transposed1d(1, 1)
                                .kernel(3)
                                .stride(2)
                                .padding(Padding.same())
                                .outputSize(5),
                        3,
                        5,
                        1,
                        1),
                of(
                        "SAME_LOWER, output_shape, total 3",
                        transposed1d(1, 1)
                                .kernel(3)
                                .stride(2)
                                .padding(Padding.sameLower())
                                .outputSize(4),
                        3,
                        4,
                        2,
                        1),
                of(
                        "SAME with output padding: total 2",
                        transposed1d(1, 1)
                                .kernel(3)
                                .stride(2)
                                .padding(Padding.same())
                                .outputPadding(1),
                        3,
                        6,
                        1,
                        0),
                // PyTorch's documentation example: Conv2d(16, 16, 3, stride=2, padding=1) of 12 is 6; back by
                // output_size.
                of(
                        "PyTorch output_size",
                        transposed1d(1, 1).kernel(3).stride(2).padding(1).outputSize(12),
                        6,
                        12,
                        1,
                        0),
                of(
                        "PyTorch output_size",
                        transposed1d(1, 1).kernel(3).stride(2).padding(1).outputSize(11),
                        6,
                        11,
                        1,
                        1),
                of("asymmetric", transposed1d(1, 1).kernel(4).stride(2).padding(explicit(0, 3)), 4, 7, 0, 3),
                of("causal", transposed1d(1, 1).kernel(4).stride(2).padding(Padding.causal()), 4, 8, 0, 2),
                of("causal, k < s", transposed1d(1, 1).kernel(1).stride(3).padding(Padding.causal()), 4, 12, 0, -2));
    }

    @ParameterizedTest
    @MethodSource({"guideRegular", "guideTransposed", "same", "otherModes", "transposed"})
    void axis_ofPublishedCase_hasItsNumbers(
            String source, ConvolutionDescriptor layer, long src, long dst, long before, long after) {
        AxisGeometry axis = new ConvolutionProblem(layer, Dims.of(1, 1, src)).axis(0);

        assertThat(List.of(axis.dst(), axis.paddingL(), axis.paddingR()))
                .as("output, padding before and after of %s of %d (%s)", layer, src, source)
                .containsExactly(dst, before, after);
        assertThat(layer.outputExtent(0, src)).isEqualTo(dst);
    }

    @Test
    void axes_differentPerAxis_areEachItsOwn() {
        // PyTorch's documentation: Conv2d(16, 33, (3, 5), stride=(2, 1), padding=(4, 2), dilation=(3, 1)) of (20, 16,
        // 50, 100).
        var problem = new ConvolutionProblem(
                conv2d(16, 33)
                        .kernel(3, 5)
                        .stride(2, 1)
                        .padding(4, 2)
                        .dilation(3, 1)
                        .build(),
                Dims.of(20, 16, 50, 100));
        assertThat(problem.dstDims()).isEqualTo(Dims.of(20, 33, 26, 100));
        assertThat(problem.axes())
                .containsExactly(
                        new AxisGeometry(50, 26, 3, 2, 3, 7, 4, 3), new AxisGeometry(100, 100, 5, 1, 1, 5, 2, 2));

        // ConvTranspose2d(16, 33, (3, 5), stride=(2, 1), padding=(4, 2)) of (20, 16, 50, 100).
        assertThat(new ConvolutionProblem(
                                transposed2d(16, 33)
                                        .kernel(3, 5)
                                        .stride(2, 1)
                                        .padding(4, 2)
                                        .build(),
                                Dims.of(20, 16, 50, 100))
                        .dstDims())
                .isEqualTo(Dims.of(20, 33, 93, 100));
    }
}
