package io.github.faltung.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever reads or writes a tensor holds its memory while it does, and no longer. */
class TensorUseTest {
    private static final Dims DIMS = Dims.of(1, 2, 3);

    private static Arguments use(String name, DataType type, Consumer<Tensor> body) {
        return Arguments.of(type, Named.of(name, body));
    }

    static Stream<Arguments> uses() {
        return Stream.of(
                use("get", DataType.F32, tensor -> tensor.get(0, 1, 2)),
                use("getDouble", DataType.S32, tensor -> tensor.getDouble(0, 1, 2)),
                use("set", DataType.F32, tensor -> tensor.set(3, 0, 1, 2)),
                use("toFloatArray", DataType.F32, tensor -> tensor.toFloatArray(Layout.CHANNELS_FIRST)),
                use("toFloatArray, turned", DataType.F32, tensor -> tensor.toFloatArray(Layout.CHANNELS_LAST)),
                use("toIntArray", DataType.S8, tensor -> tensor.toIntArray(Layout.CHANNELS_FIRST)),
                use("copyFrom floats", DataType.F32, tensor -> tensor.copyFrom(new float[6], Layout.CHANNELS_FIRST)),
                use("copyFrom doubles", DataType.F16, tensor -> tensor.copyFrom(new double[6], Layout.CHANNELS_LAST)),
                use(
                        "copyFrom buffer",
                        DataType.BF16,
                        tensor -> tensor.copyFrom(FloatBuffer.allocate(6), Layout.CHANNELS_FIRST)),
                use(
                        "copyTo buffer",
                        DataType.BF16,
                        tensor -> tensor.copyTo(FloatBuffer.allocate(6), Layout.CHANNELS_FIRST)),
                use("copyBitsFrom", DataType.F32, tensor -> tensor.copyBitsFrom(ByteBuffer.allocate(8), 1)),
                use("copyBitsTo", DataType.F32, tensor -> tensor.copyBitsTo(ByteBuffer.allocate(8), 1)),
                use("copyFrom tensor", DataType.F32, TensorUseTest::copyFromAnother),
                use("copyFrom tensor by another", DataType.F32, TensorUseTest::copyToAnother),
                use("copy parts", DataType.F32, tensor -> Tensor.copy(tensor, half(0), tensor, half(3))),
                use("whileHeld", DataType.F32, tensor -> Tensor.whileHeld(tensor, tensor, (first, second) -> {})));
    }

    private static Part half(long offset) {
        return new Part(offset, Dims.of(3), new long[] {1});
    }

    private static void copyFromAnother(Tensor tensor) {
        try (Tensor other = Tensor.allocate(DIMS)) {
            tensor.copyFrom(other);
        }
    }

    private static void copyToAnother(Tensor tensor) {
        try (Tensor other = Tensor.allocate(DIMS)) {
            other.copyFrom(tensor);
        }
    }

    @ParameterizedTest
    @MethodSource("uses")
    void use_closedAfterwards_isFreedAndRefused(DataType type, Consumer<Tensor> body) {
        Tensor tensor = Tensor.allocate(type, DIMS, Layout.CHANNELS_FIRST);
        body.accept(tensor);
        tensor.close();
        assertThatThrownBy(tensor::address) // which it only does when nobody holds the memory any more
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("tensor is closed");
        assertThatThrownBy(() -> body.accept(tensor))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("tensor is closed");
    }

    @ParameterizedTest
    @MethodSource("uses")
    void use_throughBody_isFreedByTheLastUser(DataType type, Consumer<Tensor> body) {
        Tensor tensor = Tensor.allocate(type, DIMS, Layout.CHANNELS_FIRST);
        Tensor.whileHeld(tensor, tensor, (held, same) -> {
            body.accept(tensor);
            tensor.close();
            assertThat(tensor.address()).isPositive();
        });
        assertThatThrownBy(tensor::address).hasMessage("tensor is closed");
    }

    @Test
    void of_integers_areFreedToo() {
        Tensor tensor = Tensor.of(new int[] {1, -2, 3, 4, 5, 6}, DataType.S8, DIMS, Layout.CHANNELS_LAST);
        assertThat(tensor.toIntArray(Layout.CHANNELS_LAST)).containsExactly(1, -2, 3, 4, 5, 6);
        tensor.close();
        assertThatThrownBy(tensor::address).hasMessage("tensor is closed");
    }

    @Test
    void copyFrom_doubles_areRoundedOnceInAnyOrder() {
        double tie = 1 + 0x1p-8; // between two numbers of bf16: to even, which is below; a little more: above
        double[] values = {tie, tie + 0x1p-40, -tie, -tie - 0x1p-40, 5, Double.NaN};
        float above = 1 + 0x1p-7f;
        for (Layout layout : Layout.values()) {
            try (Tensor tensor = Tensor.allocate(DataType.BF16, DIMS, Layout.CHANNELS_LAST)) {
                tensor.copyFrom(values, layout);
                assertThat(tensor.toFloatArray(layout)).containsExactly(1, above, -1, -above, 5, Float.NaN);
            }
        }
    }

    @Test
    void getDouble_largeInteger_isExact() {
        try (Tensor tensor =
                Tensor.of(new int[] {Integer.MAX_VALUE, 1}, DataType.S32, Dims.of(2), Layout.CHANNELS_FIRST)) {
            assertThat(tensor.getDouble(0)).isEqualTo(Integer.MAX_VALUE);
            assertThat(tensor.getDouble(1)).isEqualTo(1);
        }
    }

    @Test
    void wrongLength_throwsWithBothNumbers() {
        String message = "values must be the 6 elements of 1x2x3, but were 5";
        assertThatThrownBy(() -> Tensor.of(new float[5], DIMS)).hasMessage(message);
        assertThatThrownBy(() -> Tensor.of(new int[5], DataType.S8, DIMS, Layout.CHANNELS_FIRST))
                .hasMessage(message);
        try (Tensor tensor = Tensor.allocate(DIMS)) {
            assertThatThrownBy(() -> tensor.copyFrom(new float[5], Layout.CHANNELS_FIRST))
                    .hasMessage(message);
            assertThatThrownBy(() -> tensor.copyFrom(new double[5], Layout.CHANNELS_FIRST))
                    .hasMessage(message);
        }
    }

    @Test
    void overlaps_buffersSideBySide_doNot() {
        FloatBuffer floats =
                ByteBuffer.allocateDirect(48).order(ByteOrder.nativeOrder()).asFloatBuffer();
        try (Tensor first = Tensor.of(floats.slice(0, 6), DIMS);
                Tensor second = Tensor.of(floats.slice(6, 6), DIMS);
                Tensor middle = Tensor.of(floats.slice(5, 6), DIMS)) {
            assertThat(first.overlaps(second)).isFalse();
            assertThat(second.overlaps(first)).isFalse();
            assertThat(first.overlaps(middle)).isTrue();
            assertThat(middle.overlaps(second)).isTrue();
            assertThat(second.address() - first.address()).isEqualTo(24);
        }
    }
}
