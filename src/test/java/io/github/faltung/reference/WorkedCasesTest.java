package io.github.faltung.reference;

import static io.github.faltung.convolution.ConvolutionDescriptor.conv1d;
import static io.github.faltung.convolution.ConvolutionDescriptor.conv2d;
import static io.github.faltung.convolution.ConvolutionDescriptor.conv3d;
import static io.github.faltung.convolution.ConvolutionDescriptor.transposed1d;
import static io.github.faltung.convolution.ConvolutionDescriptor.transposed2d;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionBuilder;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Padding;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Cases from the literature and other projects' documentation, with their numbers. */
class WorkedCasesTest {
    static float[] run(ConvolutionBuilder layer, float[] src, Dims dims, float... weights) {
        ConvolutionDescriptor descriptor = layer.build();
        try (Engine engine = new ReferenceEngine();
                Tensor w = Tensor.of(weights, descriptor.weightsDims());
                Convolution conv = engine.convolution(descriptor, w)) {
            return conv.forward(src, dims);
        }
    }

    static float[] floats(double... values) {
        var floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    static float[] upTo(int count) {
        var values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = i;
        }
        return values;
    }

    static float[] ones(int count) {
        var values = new float[count];
        Arrays.fill(values, 1);
        return values;
    }

    static Stream<Arguments> oneDimensional() {
        float[] ramp = {1, 2, 3};
        float[] five = {1, 2, 3, 4, 5};
        return Stream.of(
                // NumPy's documentation of convolve: [1, 2, 3] * [0, 1, 0.5], modes full, same, valid.
                Arguments.of(
                        conv1d(1, 1).kernel(3).padding(Padding.full()).flipKernel(),
                        ramp,
                        floats(0, 1, 0.5),
                        floats(0, 1, 2.5, 4, 1.5)),
                Arguments.of(
                        conv1d(1, 1).kernel(3).padding(Padding.same()).flipKernel(),
                        ramp,
                        floats(0, 1, 0.5),
                        floats(1, 2.5, 4)),
                Arguments.of(conv1d(1, 1).kernel(3).flipKernel(), ramp, floats(0, 1, 0.5), floats(2.5)),
                // NumPy's documentation of correlate: [1, 2, 3] with [0, 1, 0.5], modes valid, same, full.
                Arguments.of(conv1d(1, 1).kernel(3), ramp, floats(0, 1, 0.5), floats(3.5)),
                Arguments.of(
                        conv1d(1, 1).kernel(3).padding(Padding.same()), ramp, floats(0, 1, 0.5), floats(2, 3.5, 3)),
                Arguments.of(
                        conv1d(1, 1).kernel(3).padding(Padding.full()),
                        ramp,
                        floats(0, 1, 0.5),
                        floats(0.5, 2, 3.5, 3, 0)),
                // (1 + 2x + 3x²)(4 + 5x) = 4 + 13x + 22x² + 15x³.
                Arguments.of(
                        conv1d(1, 1).kernel(2).padding(Padding.full()).flipKernel(),
                        ramp,
                        floats(4, 5),
                        floats(4, 13, 22, 15)),
                // (1 + x)⁴ · (1 + x) is the next row of Pascal's triangle.
                Arguments.of(
                        conv1d(1, 1).kernel(2).padding(Padding.full()),
                        floats(1, 4, 6, 4, 1),
                        floats(1, 1),
                        floats(1, 5, 10, 10, 5, 1)),
                // Every second difference; a causal dilated pair, y[t] = x[t] + 10·x[t − 2].
                Arguments.of(conv1d(1, 1).kernel(2).stride(2), floats(1, 4, 9, 16, 25), floats(-1, 1), floats(3, 7)),
                Arguments.of(
                        conv1d(1, 1).kernel(2).dilation(2).padding(Padding.causal()),
                        five,
                        floats(10, 1),
                        floats(1, 2, 13, 24, 35)),
                // The even window: the odd zero after, or before.
                Arguments.of(conv1d(1, 1).kernel(2).padding(Padding.same()), ramp, floats(1, 10), floats(21, 32, 3)),
                Arguments.of(
                        conv1d(1, 1).kernel(2).padding(Padding.sameLower()), ramp, floats(1, 10), floats(10, 21, 32)),
                Arguments.of(
                        conv1d(1, 1).kernel(2).padding(Padding.explicit(List.of(0), List.of(2))),
                        ramp,
                        floats(1, 10),
                        floats(21, 32, 3, 0)),
                // Transposed: each element stamps the window (ONNX, test_convtranspose_1d: ones).
                Arguments.of(transposed1d(1, 1).kernel(3), floats(0, 1, 2), floats(1, 1, 1), floats(0, 1, 3, 3, 2)),
                Arguments.of(transposed1d(1, 1).kernel(3), ramp, floats(1, 10, 100), floats(1, 12, 123, 230, 300)),
                Arguments.of(
                        transposed1d(1, 1).kernel(3).flipKernel(),
                        ramp,
                        floats(1, 10, 100),
                        floats(100, 210, 321, 32, 3)),
                Arguments.of(
                        transposed1d(1, 1).kernel(2).stride(3), ramp, floats(1, 10), floats(1, 10, 0, 2, 20, 0, 3, 30)),
                Arguments.of(
                        transposed1d(1, 1).kernel(2).stride(3).outputPadding(1),
                        ramp,
                        floats(1, 10),
                        floats(1, 10, 0, 2, 20, 0, 3, 30, 0)),
                Arguments.of(
                        transposed1d(1, 1).kernel(2).dilation(2).padding(1), ramp, floats(1, 10), floats(2, 13, 20)));
    }

    @ParameterizedTest
    @MethodSource("oneDimensional")
    void forward_oneDimension_isAsPublished(ConvolutionBuilder layer, float[] src, float[] weights, float[] dst) {
        assertThat(run(layer, src, Dims.of(1, 1, src.length), weights)).containsExactly(dst);
    }

    @Test
    void forward_transposed2x2Stride2_stampsTheWindowWithoutOverlap() {
        assertThat(run(
                        transposed2d(1, 1).kernel(2).stride(2),
                        floats(1, 2, 3, 4),
                        Dims.of(1, 1, 2, 2),
                        1,
                        10,
                        100,
                        1000))
                .containsExactly(1, 10, 2, 20, 100, 1000, 200, 2000, 3, 30, 4, 40, 300, 3000, 400, 4000);
    }

    @Test
    void forward_sobelOfAnEdge_isFourTimesItsHeight() {
        float[] edge = floats(0, 0, 5, 5, 0, 0, 5, 5, 0, 0, 5, 5);
        assertThat(run(conv2d(1, 1).kernel(3), edge, Dims.of(1, 1, 3, 4), -1, 0, 1, -2, 0, 2, -1, 0, 1))
                .containsExactly(20, 20);
        assertThat(run(conv2d(1, 1).kernel(3).flipKernel(), edge, Dims.of(1, 1, 3, 4), -1, 0, 1, -2, 0, 2, -1, 0, 1))
                .containsExactly(-20, -20);
    }

    @Test
    void forward_channelsGroupsAndDepthwise_mixAsTheyShould() {
        float[] pixels = {1, 2, 10, 20, 100, 200, 1000, 2000}; // four channels of two elements
        Dims dims = Dims.of(1, 4, 2);
        assertThat(run(conv1d(4, 1).kernel(1), pixels, dims, 1, 2, 3, 4)).containsExactly(4321, 8642);
        assertThat(run(conv1d(4, 2).kernel(1).groups(2), pixels, dims, 1, 2, 3, 4))
                .containsExactly(21, 42, 4300, 8600);
        assertThat(run(conv1d(4, 4).depthwise().kernel(2), pixels, dims, 1, 1, 1, -1, 2, 0, 0, 2))
                .containsExactly(3, -10, 200, 4000);
        assertThat(run(conv1d(2, 4).depthwise().kernel(1), floats(1, 2, 10, 20), Dims.of(1, 2, 2), 1, 2, 3, 4))
                .as("multiplier 2: outputs 0 and 1 see channel 0")
                .containsExactly(1, 2, 2, 4, 30, 60, 40, 80);
        assertThat(run(transposed1d(2, 4).groups(2).kernel(1), floats(1, 10), Dims.of(1, 2, 1), 1, 2, 3, 4))
                .containsExactly(1, 2, 30, 40);
        assertThat(run(transposed1d(2, 2).kernel(1), floats(1, 10), Dims.of(1, 2, 1), 1, 2, 3, 4))
                .as("transposed weights are [IC, OC]")
                .containsExactly(31, 42);
    }

    @Test
    void forward_threeDimensions_sumsTheCube() {
        // 0…7 in 2 × 2 × 2: the sum of all; with padding 1, the corner cubes; per axis its own weight.
        assertThat(run(conv3d(1, 1).kernel(2), upTo(8), Dims.of(1, 1, 2, 2, 2), ones(8)))
                .containsExactly(28);
        assertThat(run(conv3d(1, 1).kernel(2), upTo(8), Dims.of(1, 1, 2, 2, 2), 1, 0, 0, 0, 0, 0, 100, 10))
                .containsExactly(0 + 600 + 70);
        assertThat(run(conv3d(1, 1).kernel(2).stride(2).padding(1), upTo(8), Dims.of(1, 1, 2, 2, 2), ones(8)))
                .containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
        assertThat(run(conv3d(1, 1).kernel(1, 1, 2), upTo(8), Dims.of(1, 1, 2, 2, 2), 1, 10))
                .containsExactly(10, 32, 54, 76);
        assertThat(run(conv3d(1, 1).kernel(2, 1, 1), upTo(8), Dims.of(1, 1, 2, 2, 2), 1, 10))
                .containsExactly(40, 51, 62, 73);
    }

    /** γ·(x − μ)/σ + β (Ioffe and Szegedy 2015) with μ = (1, −2), σ = (2, ½), γ = (3, 1), β = (10, −1). */
    @Test
    void forward_foldedBatchNormalisation_isAScaleAndAShift() {
        assertThat(run(
                        conv1d(2, 2).depthwise().kernel(1).postOps(PostOp.multiply(1.5f, 2), PostOp.add(8.5f, 3)),
                        floats(1, 3, -2, -1),
                        Dims.of(1, 2, 2),
                        1,
                        1))
                .containsExactly(10, 13, -1, 1);
    }

    @Test
    void forward_constants_eachChannelGetsItsOwnInEveryImage() {
        assertThat(run(
                        conv1d(2, 2)
                                .depthwise()
                                .kernel(1)
                                .postOps(PostOp.prelu(0.25f, -1), PostOp.min(4), PostOp.max(0, 3.5f)),
                        floats(-4, 2, -3, 5, 8, -8, 1, -6),
                        Dims.of(2, 2, 2),
                        1,
                        1))
                .containsExactly(0, 2, 3.5f, 4, 4, 0, 3.5f, 4);
    }

    @Test
    void forward_biasAndMinibatch_eachImageAndChannelGetsItsOwn() {
        ConvolutionDescriptor layer = conv1d(1, 2).kernel(1).build();
        try (Engine engine = new ReferenceEngine();
                Tensor weights = Tensor.of(new float[] {1, -1}, layer.weightsDims());
                Tensor bias = Tensor.of(new float[] {0.5f, 100}, layer.biasDims());
                Convolution conv = engine.convolution(layer, weights, bias)) {
            assertThat(conv.forward(new float[] {1, 2, 3, 4}, Dims.of(2, 1, 2)))
                    .containsExactly(1.5f, 2.5f, 99, 98, 3.5f, 4.5f, 97, 96);
        }
    }
}
