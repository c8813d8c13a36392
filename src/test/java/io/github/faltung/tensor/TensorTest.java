package io.github.faltung.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.FloatBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TensorTest {
    private static final Dims DIMS = Dims.of(2, 3, 4, 5);

    private static float[] sequence(long length) {
        var values = new float[(int) length];
        for (int i = 0; i < length; i++) {
            values[i] = i + 1;
        }
        return values;
    }

    @ParameterizedTest
    @EnumSource
    void of_array_putsElementsInTheLayoutsOrder(Layout layout) {
        float[] values = sequence(DIMS.elements());
        try (Tensor tensor = Tensor.of(values, DIMS, layout)) {
            long[] strides = layout.strides(DIMS);
            for (int n = 0; n < 2; n++) {
                for (int c = 0; c < 3; c++) {
                    for (int h = 0; h < 4; h++) {
                        for (int w = 0; w < 5; w++) {
                            long at = n * strides[0] + c * strides[1] + h * strides[2] + w * strides[3];
                            assertThat(tensor.get(n, c, h, w)).isEqualTo(values[(int) at]);
                        }
                    }
                }
            }
            assertThat(tensor.toFloatArray(layout)).containsExactly(values);
            values[0] = -1;
            assertThat(tensor.get(0, 0, 0, 0)).isEqualTo(1);
        }
    }

    @Test
    void of_channelsLastArray_readsTransposedByHand() {
        // Two pixels of three channels: r0 g0 b0 r1 g1 b1.
        try (Tensor tensor = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, Dims.of(1, 3, 2), Layout.CHANNELS_LAST)) {
            assertThat(tensor.toFloatArray()).containsExactly(1, 4, 2, 5, 3, 6);
        }
        // HWIO with one tap, two inputs, three outputs: i0o0 i0o1 i0o2 i1o0 …
        try (Tensor tensor = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, Dims.of(3, 2, 1, 1), Layout.SPATIAL_FIRST)) {
            assertThat(tensor.toFloatArray()).containsExactly(1, 4, 2, 5, 3, 6);
        }
    }

    @Test
    void allocate_new_isZeroAlignedAndOpen() {
        try (Tensor tensor = Tensor.allocate(DIMS)) {
            assertThat(tensor.toFloatArray()).containsOnly(0).hasSize(120);
            assertThat(tensor.address() % 64).isZero();
            assertThat(tensor.bytes()).isEqualTo(480);
            assertThat(tensor.dataType()).isEqualTo(DataType.F32);
            assertThat(tensor.dataType().bytes()).isEqualTo(4);
            assertThat(tensor.dims()).isEqualTo(DIMS);
            assertThat(tensor.isClosed()).isFalse();
            assertThat(tensor).hasToString("f32 2x3x4x5 strides [60, 20, 5, 1]");
        }
    }

    @Test
    void copyTo_generalStrides_roundTripsInEveryOrder() {
        var random = new Random(7);
        for (int round = 0; round < 200; round++) {
            Dims dims =
                    Dims.of(1 + random.nextInt(3), 1 + random.nextInt(3), 1 + random.nextInt(4), 1 + random.nextInt(4));
            long[] strides = gappedStrides(dims, random);
            float[] values = sequence(dims.elements());
            try (Tensor strided = Tensor.allocate(DataType.F32, dims, strides);
                    Tensor dense = Tensor.of(values, dims)) {
                for (Layout in : Layout.values()) {
                    strided.copyFrom(dense.toFloatArray(in), in);
                    for (Layout out : Layout.values()) {
                        assertThat(strided.toFloatArray(out))
                                .as("%s written %s, read %s", strided, in, out)
                                .containsExactly(dense.toFloatArray(out));
                    }
                }
            }
        }
    }

    /** A random order of axes, with gaps. */
    private static long[] gappedStrides(Dims dims, Random random) {
        long[] strides = new long[dims.rank()];
        long next = 1L + random.nextInt(2);
        for (int placed = 0; placed < dims.rank(); placed++) {
            int axis = random.nextInt(dims.rank());
            while (strides[axis] != 0) {
                axis = (axis + 1) % dims.rank();
            }
            strides[axis] = next;
            next = next * dims.get(axis) + random.nextInt(3);
        }
        return strides;
    }

    @Test
    void set_stridedTensor_changesThatElementOnly() {
        try (Tensor tensor = Tensor.allocate(DataType.F32, Dims.of(2, 3), 7, 2)) {
            tensor.set(5, 1, 2);
            tensor.set(3, 0, 1);
            assertThat(tensor.toFloatArray()).containsExactly(0, 3, 0, 0, 0, 5);
            assertThat(tensor.get(1, 2)).isEqualTo(5);
            assertThat(tensor.bytes()).isEqualTo(48);
            assertThat(tensor.stride(0)).isEqualTo(7);
            assertThat(tensor.stride(1)).isEqualTo(2);
        }
    }

    @Test
    void isDense_stridesOfUnitAxes_doNotMatter() {
        try (Tensor one = Tensor.allocate(DataType.F32, Dims.of(1, 1, 4), 99, 50, 1);
                Tensor gap = Tensor.allocate(DataType.F32, Dims.of(1, 2, 4), 99, 5, 1);
                Tensor last = Tensor.allocate(DataType.F32, Dims.of(1, 2, 4), Layout.CHANNELS_LAST)) {
            assertThat(one.isDense(Layout.CHANNELS_FIRST)).isTrue();
            assertThat(one.isDense(Layout.CHANNELS_LAST)).isTrue();
            assertThat(gap.isDense(Layout.CHANNELS_FIRST)).isFalse();
            assertThat(last.isDense(Layout.CHANNELS_FIRST)).isFalse();
            assertThat(last.isDense(Layout.CHANNELS_LAST)).isTrue();
        }
    }

    @Test
    void get_badIndices_throwsWithIndexAndDims() {
        try (Tensor tensor = Tensor.allocate(Dims.of(2, 3))) {
            assertThatThrownBy(() -> tensor.get(1))
                    .isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessage("there must be 2 indices, one for each axis of 2x3, but were 1");
            assertThatThrownBy(() -> tensor.get(0, 3))
                    .isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessage("index 3 is not within axis 1 of 2x3");
            assertThatThrownBy(() -> tensor.set(1, -1, 0))
                    .isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessage("index -1 is not within axis 0 of 2x3");
        }
    }

    @Test
    void of_wrongArrayLength_throwsWithBothNumbers() {
        assertThatThrownBy(() -> Tensor.of(new float[5], Dims.of(2, 3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("values must be the 6 elements of 2x3, but were 5");
        try (Tensor tensor = Tensor.allocate(Dims.of(2, 3))) {
            assertThatThrownBy(() -> tensor.copyFrom(new float[7], Layout.CHANNELS_FIRST))
                    .hasMessage("values must be the 6 elements of 2x3, but were 7");
            assertThatThrownBy(() -> tensor.copyTo(new float[0], Layout.CHANNELS_FIRST))
                    .hasMessage("values must be the 6 elements of 2x3, but were 0");
        }
    }

    @Test
    void close_thenAnyUse_throwsClosed() {
        Tensor tensor = Tensor.allocate(Dims.of(2, 3));
        tensor.close();
        tensor.close();

        assertThat(tensor.isClosed()).isTrue();
        assertClosed(() -> tensor.get(0, 0));
        assertClosed(() -> tensor.set(1, 0, 0));
        assertClosed(tensor::toFloatArray);
        assertClosed(tensor::address);
        assertClosed(() -> tensor.copyFrom(new float[6], Layout.CHANNELS_FIRST));
        assertClosed(() -> tensor.copyTo(FloatBuffer.allocate(6), Layout.CHANNELS_LAST));
        try (Tensor open = Tensor.allocate(Dims.of(1))) {
            assertClosed(() -> Tensor.whileHeld(tensor, open, (a, b) -> {}));
            assertClosed(() -> Tensor.whileHeld(open, tensor, (a, b) -> {}));
        }
    }

    private static void assertClosed(org.assertj.core.api.ThrowableAssert.ThrowingCallable use) {
        assertThatThrownBy(use).isInstanceOf(IllegalStateException.class).hasMessage("tensor is closed");
    }

    @Test
    void whileHeld_closedInside_keepsTheMemoryUntilItReturns() {
        Tensor tensor = Tensor.allocate(Dims.of(1 << 20));
        Tensor other = Tensor.allocate(Dims.of(1));
        long[] held = new long[1];
        Tensor.whileHeld(tensor, other, (a, b) -> {
            held[0] = a.address();
            a.close();
            assertThat(a.isClosed()).isTrue();
            // Freed memory of this size would be handed out again at once.
            try (Tensor next = Tensor.allocate(Dims.of(1 << 20))) {
                assertThat(next.address()).isNotEqualTo(held[0]);
                assertThat(next.overlaps(a)).isFalse();
            }
        });
        other.close();
        assertClosed(() -> Tensor.whileHeld(tensor, tensor, (a, b) -> {}));
    }

    @Test
    void whileHeld_bodyThrows_letsGo() {
        try (Tensor a = Tensor.allocate(Dims.of(1));
                Tensor b = Tensor.allocate(Dims.of(1))) {
            assertThatThrownBy(() -> Tensor.whileHeld(a, b, (x, y) -> {
                        throw new ArithmeticException("boom");
                    }))
                    .isInstanceOf(ArithmeticException.class)
                    .hasMessage("boom");
            assertThat(a.get(0)).isZero();
        }
    }

    @Test
    void overlaps_sameMemoryOnly_isTrue() {
        try (Tensor a = Tensor.allocate(Dims.of(4));
                Tensor b = Tensor.allocate(Dims.of(4))) {
            assertThat(a.overlaps(a)).isTrue();
            assertThat(a.overlaps(b)).isFalse();
            assertThat(b.overlaps(a)).isFalse();
        }
    }
}
