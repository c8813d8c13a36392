package io.github.faltung.convolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule about the tensors of a call. */
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

    private static Tensor bf16(Dims dims) {
        return Tensor.allocate(DataType.BF16, dims, Layout.CHANNELS_FIRST);
    }

    private static void assertRefused(ThrowingCallable use, String message) {
        assertThatThrownBy(use).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    @Test
    void checkForward_wrongType_throwsFieldRuleValueAndLayer() {
        Dims src = Dims.of(1, 4, 5, 5);
        Dims dst = Dims.of(1, 6, 3, 3);
        try (Tensor in = Tensor.allocate(src);
                Tensor out = Tensor.allocate(dst);
                Tensor shortIn = bf16(src);
                Tensor shortOut = bf16(dst)) {
            assertRefused(() -> Arguments.checkForward(LAYER, shortIn, out), "src must be f32, but was bf16" + TEXT);
            assertRefused(() -> Arguments.checkForward(LAYER, in, shortOut), "dst must be f32, but was bf16" + TEXT);
        }
    }

    @Test
    void checkWeights_wrongType_throwsFieldRuleValueAndLayer() {
        try (Tensor weights = Tensor.allocate(LAYER.weightsDims());
                Tensor shortWeights = bf16(LAYER.weightsDims());
                Tensor shortBias = bf16(LAYER.biasDims())) {
            assertRefused(
                    () -> Arguments.checkWeights(LAYER, shortWeights, null),
                    "weights must be f32, but was bf16" + TEXT);
            assertRefused(
                    () -> Arguments.checkWeights(LAYER, weights, shortBias), "bias must be f32, but was bf16" + TEXT);
        }
    }

    /** Extents that are right one by one, but not of this axis or not all. */
    @Test
    void checkForward_extentsThatLookRight_areRefused() {
        assertDimsRefused(
                Dims.of(1, 4, 25), Dims.of(1, 6, 23), "src must have 4 axes, [MB, IC, spatial], but was 1x4x25");
        assertDimsRefused(Dims.of(1, 4, 5, 5), Dims.of(1, 6, 3), "dst must have dims 1x6x3x3, but was 1x6x3");
        assertDimsRefused(Dims.of(1, 4, 5, 5), Dims.of(1, 6, 4, 4), "dst must have dims 1x6x3x3, but was 1x6x4x4");
        // As wide as there are output channels, and what would be as wide as the input channels.
        assertDimsRefused(Dims.of(1, 4, 5, 8), Dims.of(1, 6, 3, 4), "dst must have dims 1x6x3x6, but was 1x6x3x4");
        assertDimsRefused(Dims.of(1, 4, 5, 5), Dims.of(1, 6, 3, 2), "dst must have dims 1x6x3x3, but was 1x6x3x2");
    }

    private static void assertDimsRefused(Dims src, Dims dst, String message) {
        try (Tensor in = Tensor.allocate(src);
                Tensor out = Tensor.allocate(dst)) {
            assertRefused(() -> Arguments.checkForward(LAYER, in, out), message + TEXT);
        }
    }

    @Test
    void checkForward_otherDimsThanThoseKnownToFit_areChecked() {
        Dims src = Dims.of(1, 4, 5, 5);
        Dims dst = Dims.of(1, 6, 3, 3);
        var known = new Arguments.FittingDims(src, dst);
        try (Tensor in = Tensor.allocate(src);
                Tensor out = Tensor.allocate(dst);
                Tensor two = Tensor.allocate(Dims.of(2, 4, 5, 5));
                Tensor twoOut = Tensor.allocate(Dims.of(2, 6, 3, 3))) {
            Arguments.checkForward(LAYER, in, out, known);
            Arguments.checkForward(LAYER, two, twoOut, known);
            assertRefused(
                    () -> Arguments.checkForward(LAYER, in, twoOut, known),
                    "dst must have dims 1x6x3x3, but was 2x6x3x3" + TEXT);
            assertRefused(
                    () -> Arguments.checkForward(LAYER, two, out, known),
                    "dst must have dims 2x6x3x3, but was 1x6x3x3" + TEXT);
        }
    }

    private static final PoolingDescriptor POOLING =
            PoolingDescriptor.max2d().kernel(3).build();
    private static final String POOLING_TEXT = ": pool max kh3kw3 padding VALID";

    private static void assertPoolingRefused(Dims src, Dims dst, String message) {
        try (Tensor in = Tensor.allocate(src);
                Tensor out = Tensor.allocate(dst)) {
            assertRefused(() -> Arguments.checkPooling(POOLING, in, out), message + POOLING_TEXT);
        }
    }

    @Test
    void checkPooling_wrongDims_throwsFieldRuleValueAndLayer() {
        assertPoolingRefused(Dims.of(1, 4, 5, 5), Dims.of(2, 4, 3, 3), "dst must have dims 1x4x3x3, but was 2x4x3x3");
        assertPoolingRefused(Dims.of(1, 4, 5, 5), Dims.of(1, 6, 3, 3), "dst must have dims 1x4x3x3, but was 1x6x3x3");
        assertPoolingRefused(Dims.of(1, 4, 5, 5), Dims.of(1, 4, 4, 3), "dst must have dims 1x4x3x3, but was 1x4x4x3");
        assertPoolingRefused(Dims.of(1, 4, 5, 5), Dims.of(1, 4, 3, 4), "dst must have dims 1x4x3x3, but was 1x4x3x4");
        assertPoolingRefused(Dims.of(1, 4, 5, 5), Dims.of(1, 4, 3), "dst must have dims 1x4x3x3, but was 1x4x3");
        assertPoolingRefused(Dims.of(1, 4, 5, 5), Dims.of(1, 4, 4, 4), "dst must have dims 1x4x3x3, but was 1x4x4x4");
        assertPoolingRefused(
                Dims.of(1, 4, 25), Dims.of(1, 4, 23), "src must have 4 axes, [MB, C, spatial], but was 1x4x25");
        // As wide as there are channels, and what would be as wide as the channels.
        assertPoolingRefused(Dims.of(1, 4, 5, 6), Dims.of(1, 4, 3, 5), "dst must have dims 1x4x3x4, but was 1x4x3x5");
        assertPoolingRefused(Dims.of(1, 4, 5, 5), Dims.of(1, 4, 3, 2), "dst must have dims 1x4x3x3, but was 1x4x3x2");
    }

    @Test
    void checkPooling_wrongTypeOrSharedMemory_throwsFieldRuleValueAndLayer() {
        Dims src = Dims.of(1, 1, 5, 5);
        Dims dst = Dims.of(1, 1, 3, 3);
        FloatBuffer buffer =
                ByteBuffer.allocateDirect(200).order(ByteOrder.nativeOrder()).asFloatBuffer();
        try (Tensor in = Tensor.of(buffer, src);
                Tensor out = Tensor.allocate(dst);
                Tensor shortIn = bf16(src);
                Tensor shortOut = bf16(dst);
                Tensor overlapping = Tensor.of(buffer.position(24), dst)) {
            Arguments.checkPooling(POOLING, in, out);
            assertRefused(
                    () -> Arguments.checkPooling(POOLING, shortIn, out),
                    "src must be f32, but was bf16" + POOLING_TEXT);
            assertRefused(
                    () -> Arguments.checkPooling(POOLING, in, shortOut),
                    "dst must be f32, but was bf16" + POOLING_TEXT);
            assertRefused(
                    () -> Arguments.checkPooling(POOLING, in, overlapping),
                    "dst must not share memory with src, but was f32 1x1x3x3 strides [9, 9, 3, 1]" + POOLING_TEXT);
        }
    }

    @Test
    void checkBackwardData_wrongTensor_throwsFieldRuleValueAndLayer() {
        Dims src = Dims.of(1, 4, 5, 5);
        Dims dst = Dims.of(1, 6, 3, 3);
        FloatBuffer buffer =
                ByteBuffer.allocateDirect(800).order(ByteOrder.nativeOrder()).asFloatBuffer();
        try (Tensor weights = Tensor.of(buffer, LAYER.weightsDims());
                Tensor shortWeights = bf16(LAYER.weightsDims());
                Tensor diffDst = Tensor.allocate(dst);
                Tensor shortDst = bf16(dst);
                Tensor wideDst = Tensor.allocate(Dims.of(1, 6, 3, 4));
                Tensor diffSrc = Tensor.allocate(src);
                Tensor shortSrc = bf16(src);
                Tensor lowSrc = Tensor.allocate(Dims.of(1, 4, 2, 5));
                Tensor overWeights = Tensor.of(buffer.position(100), src);
                Tensor ofBuffer = Tensor.of(buffer.position(0), dst);
                Tensor overDst = Tensor.of(buffer.position(53), src)) {
            Arguments.checkBackwardData(LAYER, weights, diffDst, diffSrc);
            assertRefused(
                    () -> Arguments.checkBackwardData(LAYER, shortWeights, diffDst, diffSrc),
                    "weights must be f32, but was bf16" + TEXT);
            assertRefused(
                    () -> Arguments.checkBackwardData(LAYER, weights, shortDst, diffSrc),
                    "diffDst must be f32, but was bf16" + TEXT);
            assertRefused(
                    () -> Arguments.checkBackwardData(LAYER, weights, diffDst, shortSrc),
                    "diffSrc must be f32, but was bf16" + TEXT);
            assertRefused(
                    () -> Arguments.checkBackwardData(LAYER, weights, wideDst, diffSrc),
                    "diffDst must have dims 1x6x3x3, but was 1x6x3x4" + TEXT);
            assertRefused(
                    () -> Arguments.checkBackwardData(LAYER, weights, diffDst, lowSrc),
                    "diffSrc as src: kernel must not reach over more than the padded source, 2 elements on spatial"
                            + " axis 0, but was 3 elements" + TEXT);
            assertRefused(
                    () -> Arguments.checkBackwardData(LAYER, weights, diffDst, overWeights),
                    "diffSrc must not share memory with weights, but was " + overWeights + TEXT);
            try (Tensor apart = Tensor.allocate(LAYER.weightsDims())) {
                assertRefused(
                        () -> Arguments.checkBackwardData(LAYER, apart, ofBuffer, overDst),
                        "diffSrc must not share memory with diffDst, but was " + overDst + TEXT);
            }
        }
    }

    @Test
    void checkBackwardWeights_wrongTypeOrDims_throwsFieldRuleValueAndLayer() {
        Dims dst = Dims.of(1, 6, 3, 3);
        try (Tensor src = Tensor.allocate(Dims.of(1, 4, 5, 5));
                Tensor shortSrc = bf16(Dims.of(1, 4, 5, 5));
                Tensor lowSrc = Tensor.allocate(Dims.of(1, 4, 2, 5));
                Tensor diffDst = Tensor.allocate(dst);
                Tensor shortDst = bf16(dst);
                Tensor wideDst = Tensor.allocate(Dims.of(1, 6, 3, 4));
                Tensor diffWeights = Tensor.allocate(LAYER.weightsDims());
                Tensor shortWeights = bf16(LAYER.weightsDims());
                Tensor turned = Tensor.allocate(Dims.of(4, 3, 3, 3));
                Tensor diffBias = Tensor.allocate(LAYER.biasDims());
                Tensor shortBias = bf16(LAYER.biasDims());
                Tensor longBias = Tensor.allocate(Dims.of(7))) {
            Arguments.checkBackwardWeights(LAYER, src, diffDst, diffWeights, diffBias);
            Arguments.checkBackwardWeights(LAYER, src, diffDst, diffWeights, null);
            assertRefused(
                    () -> Arguments.checkBackwardWeights(LAYER, shortSrc, diffDst, diffWeights, null),
                    "src must be f32, but was bf16" + TEXT);
            assertRefused(
                    () -> Arguments.checkBackwardWeights(LAYER, src, shortDst, diffWeights, null),
                    "diffDst must be f32, but was bf16" + TEXT);
            assertRefused(
                    () -> Arguments.checkBackwardWeights(LAYER, src, diffDst, shortWeights, null),
                    "diffWeights must be f32, but was bf16" + TEXT);
            assertRefused(
                    () -> Arguments.checkBackwardWeights(LAYER, src, wideDst, diffWeights, null),
                    "diffDst must have dims 1x6x3x3, but was 1x6x3x4" + TEXT);
            assertRefused(
                    () -> Arguments.checkBackwardWeights(LAYER, lowSrc, diffDst, diffWeights, null),
                    "kernel must not reach over more than the padded source, 2 elements on spatial axis 0,"
                            + " but was 3 elements" + TEXT);
            assertRefused(
                    () -> Arguments.checkBackwardWeights(LAYER, src, diffDst, turned, null),
                    "diffWeights must have dims 6x2x3x3, but was 4x3x3x3" + TEXT);
            assertRefused(
                    () -> Arguments.checkBackwardWeights(LAYER, src, diffDst, diffWeights, shortBias),
                    "diffBias must be f32, but was bf16" + TEXT);
            assertRefused(
                    () -> Arguments.checkBackwardWeights(LAYER, src, diffDst, diffWeights, longBias),
                    "diffBias must have dims 6, but was 7" + TEXT);
        }
    }

    @Test
    void checkBackwardWeights_shortLayer_takesBothTypesOfWeights() {
        ConvolutionDescriptor layer =
                ConvolutionDescriptor.conv1d(1, 1).dataType(DataType.BF16).build();
        Dims dims = Dims.of(1, 1, 1);
        try (Tensor src = bf16(dims);
                Tensor diffDst = bf16(dims);
                Tensor inBf16 = bf16(dims);
                Tensor inF32 = Tensor.allocate(dims);
                Tensor inF16 = Tensor.allocate(DataType.F16, dims, Layout.CHANNELS_FIRST)) {
            Arguments.checkBackwardWeights(layer, src, diffDst, inBf16, null);
            Arguments.checkBackwardWeights(layer, src, diffDst, inF32, null);
            assertRefused(
                    () -> Arguments.checkBackwardWeights(layer, src, diffDst, inF16, null),
                    "diffWeights must be f32 or bf16, but was f16: " + layer);
        }
    }

    @Test
    void checkBackwardWeights_sharedMemory_throwsWithBothNames() {
        ConvolutionDescriptor layer = ConvolutionDescriptor.conv1d(1, 1).build();
        Dims dims = Dims.of(1, 1, 1);
        FloatBuffer buffer =
                ByteBuffer.allocateDirect(4).order(ByteOrder.nativeOrder()).asFloatBuffer();
        try (Tensor shared = Tensor.of(buffer, dims);
                Tensor sharedBias = Tensor.of(buffer, Dims.of(1));
                Tensor one = Tensor.allocate(dims);
                Tensor two = Tensor.allocate(dims);
                Tensor bias = Tensor.allocate(Dims.of(1))) {
            Arguments.checkBackwardWeights(layer, shared, shared, one, bias); // what is only read may be the same
            assertRefused(
                    () -> Arguments.checkBackwardWeights(layer, shared, one, shared, bias),
                    "diffWeights must not share memory with src, but was " + shared + ": " + layer);
            assertRefused(
                    () -> Arguments.checkBackwardWeights(layer, one, shared, shared, bias),
                    "diffWeights must not share memory with diffDst, but was " + shared + ": " + layer);
            assertRefused(
                    () -> Arguments.checkBackwardWeights(layer, shared, one, two, sharedBias),
                    "diffBias must not share memory with src, but was " + sharedBias + ": " + layer);
            assertRefused(
                    () -> Arguments.checkBackwardWeights(layer, one, shared, two, sharedBias),
                    "diffBias must not share memory with diffDst, but was " + sharedBias + ": " + layer);
            assertRefused(
                    () -> Arguments.checkBackwardWeights(layer, one, two, shared, sharedBias),
                    "diffBias must not share memory with diffWeights, but was " + sharedBias + ": " + layer);
        }
    }
}
