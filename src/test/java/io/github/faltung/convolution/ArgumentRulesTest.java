package io.github.faltung.convolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule about the tensors of a call. The element type has no other value yet that could be wrong. */
class ArgumentRulesTest {
    private static final ConvolutionDescriptor LAYER =
            ConvolutionDescriptor.conv2d(4, 6).groups(2).kernel(3).build();
    private static final String TEXT = ": conv g2ic4oc6kh3kw3 padding VALID";

    static Stream<org.junit.jupiter.params.provider.Arguments> forward() {
        return Stream.of(
                args(Dims.of(1, 4, 5, 5), Dims.of(1, 6, 3, 4), "dst must have dims 1x6x3x3, but was 1x6x3x4"),
                args(Dims.of(1, 4, 5, 5), Dims.of(1, 6, 4, 3), "dst must have dims 1x6x3x3, but was 1x6x4x3"),
                args(Dims.of(1, 4, 5, 5), Dims.of(2, 6, 3, 3), "dst must have dims 1x6x3x3, but was 2x6x3x3"),
                args(Dims.of(1, 4, 5, 5), Dims.of(1, 5, 3, 3), "dst must have dims 1x6x3x3, but was 1x5x3x3"),
                args(Dims.of(1, 4, 5, 5), Dims.of(1, 6, 9), "dst must have dims 1x6x3x3, but was 1x6x9"),
                args(Dims.of(1, 4, 25), Dims.of(1, 6, 9), "src must have 4 axes, [MB, IC, spatial], but was 1x4x25"),
                args(Dims.of(1, 2, 5, 5), Dims.of(1, 6, 3, 3), "src must have 4 channels, but was 1x2x5x5"),
                args(
                        Dims.of(1, 4, 2, 5),
                        Dims.of(1, 6, 1, 3),
                        "kernel must not reach over more than the padded source, 2 elements on spatial axis 0,"
                                + " but was 3 elements"));
    }

    private static org.junit.jupiter.params.provider.Arguments args(Object... values) {
        return org.junit.jupiter.params.provider.Arguments.of(values);
    }

    @ParameterizedTest
    @MethodSource("forward")
    void checkForward_wrongDims_throwsFieldRuleValueAndLayer(Dims src, Dims dst, String message) {
        try (Tensor in = Tensor.allocate(src);
                Tensor out = Tensor.allocate(dst)) {
            assertThatThrownBy(() -> Arguments.checkForward(LAYER, in, out))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(message + TEXT);
        }
    }

    @Test
    void checkForward_rightDims_passes() {
        try (Tensor in = Tensor.allocate(Dims.of(2, 4, 5, 6));
                Tensor out = Tensor.allocate(Dims.of(2, 6, 3, 4))) {
            Arguments.checkForward(LAYER, in, out);
            assertThat(in.isClosed()).isFalse();
        }
    }

    @Test
    void checkForward_sharedMemory_throwsWithTheDestination() {
        FloatBuffer buffer =
                ByteBuffer.allocateDirect(1000).order(ByteOrder.nativeOrder()).asFloatBuffer();
        try (Tensor in = Tensor.of(buffer, Dims.of(1, 4, 5, 5));
                Tensor overlapping = Tensor.of(buffer.position(99), Dims.of(1, 6, 3, 3));
                Tensor beside = Tensor.of(buffer.position(100), Dims.of(1, 6, 3, 3))) {
            assertThatThrownBy(() -> Arguments.checkForward(LAYER, in, overlapping))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("dst must not share memory with src, but was f32 1x6x3x3 strides [54, 9, 3, 1]" + TEXT);
            Arguments.checkForward(LAYER, in, beside);
        }
    }

    @Test
    void checkWeights_wrongDims_throwsFieldRuleValueAndLayer() {
        try (Tensor weights = Tensor.allocate(Dims.of(6, 2, 3, 3));
                Tensor transposed = Tensor.allocate(Dims.of(4, 3, 3, 3));
                Tensor bias = Tensor.allocate(Dims.of(6));
                Tensor wide = Tensor.allocate(Dims.of(1, 6))) {
            Arguments.checkWeights(LAYER, weights, null);
            Arguments.checkWeights(LAYER, weights, bias);
            assertThatThrownBy(() -> Arguments.checkWeights(LAYER, transposed, bias))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("weights must have dims 6x2x3x3, but was 4x3x3x3" + TEXT);
            assertThatThrownBy(() -> Arguments.checkWeights(LAYER, weights, wide))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("bias must have dims 6, but was 1x6" + TEXT);
        }
    }
}
