package io.github.faltung.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;

/** More than 2³¹ bytes. Needs {@code -XX:MaxDirectMemorySize=4g}. */
class LargeTensorTest {
    private static final long WINDOW = 1L << 28; // in elements

    @Test
    void set_bothEndsAndWindowBorders_readsBack() {
        Dims dims = Dims.of(1, 33, 1 << 12, 1 << 12);
        try (Tensor tensor = Tensor.allocate(dims)) {
            assertThat(tensor.bytes()).isEqualTo(33L << 26).isGreaterThan(1L << 31);
            long[] places = {0, 1, WINDOW - 1, WINDOW, 2 * WINDOW - 1, 2 * WINDOW, dims.elements() - 1};
            for (long place : places) {
                assertThat(tensor.get(indices(place))).as("place %d", place).isZero();
                tensor.set((float) (place % 8191 + 1), indices(place));
            }
            for (long place : places) {
                assertThat(tensor.get(indices(place))).as("place %d", place).isEqualTo((float) (place % 8191 + 1));
            }
            assertThat(tensor.get(indices(2))).isZero();
            assertThat(tensor.get(indices(WINDOW + 1))).isZero();
            assertThatThrownBy(() -> tensor.copyTo(FloatBuffer.allocate(3), Layout.CHANNELS_FIRST))
                    .hasMessage("a buffer must have the 553648128 elements of 1x33x4096x4096 remaining, but had 3");
        }
    }

    private static long[] indices(long place) {
        return new long[] {0, place >>> 24, (place >>> 12) & 0xfff, place & 0xfff};
    }

    @Test
    void copyFrom_rowsAcrossWindowBorders_roundTrip() {
        var values = new float[24];
        for (int i = 0; i < values.length; i++) {
            values[i] = i + 1;
        }
        // Row 1 lies across the end of the first window, row 2 across that of the second.
        try (Tensor tensor = Tensor.allocate(DataType.F32, Dims.of(3, 8), WINDOW - 2, 1)) {
            assertThat(tensor.bytes()).isEqualTo(((WINDOW - 2) * 2 + 8) * 4).isGreaterThan(1L << 31);
            for (Layout layout : Layout.values()) {
                tensor.copyFrom(values, layout);
                assertThat(tensor.toFloatArray(layout)).containsExactly(values);
            }
            assertThat(tensor.get(1, 1)).isEqualTo(5); // as written last: the first axis varies fastest
            assertThat(tensor.get(2, 7)).isEqualTo(24);
        }
    }

    @Test
    void copyFrom_tensorOfMoreThanAnIntsElements_convertsBothWays() {
        Dims dims = Dims.of(2, 3, 8);
        float[] values = new float[48];
        for (int i = 0; i < values.length; i++) {
            values[i] = 5 * i;
        }
        long far = (1L << 31) - 5; // the second half begins below, and ends above 2^31 and a window's border
        for (long[] strides : new long[][] {{far, 8, 1}, {far, 1, 3}}) {
            try (Tensor tensor = Tensor.allocate(DataType.U8, dims, strides);
                    Tensor small = Tensor.of(values, dims);
                    Tensor back = Tensor.allocate(DataType.BF16, dims, Layout.CHANNELS_LAST)) {
                tensor.copyFrom(small);
                back.copyFrom(tensor);
                assertThat(tensor.get(0, 2, 7)).isEqualTo(115);
                assertThat(tensor.get(1, 0, 0)).isEqualTo(120);
                assertThat(tensor.get(1, 2, 7)).isEqualTo(235);
                assertThat(back.toFloatArray()).containsExactly(values);
            }
        }
    }

    @Test
    void writeAndRead_bulkAcrossWindowBorder_keepsOrder() {
        NativeMemory memory = NativeMemory.allocate((2 * WINDOW + 16) * 4);
        try {
            for (long border : new long[] {WINDOW, 2 * WINDOW}) {
                var values = new float[20];
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) (border + i * 64L); // exact: multiples of 64 below 2^30
                }
                memory.write(border - 10, FloatBuffer.wrap(values));
                FloatBuffer back = FloatBuffer.allocate(20);
                memory.read(border - 10, back);
                assertThat(back.array()).containsExactly(values);
                assertThat((float) memory.get(DataType.F32, border - 1)).isEqualTo(values[9]);
                assertThat((float) memory.get(DataType.F32, border)).isEqualTo(values[10]);
                assertThat((float) memory.get(DataType.F32, border - 11)).isZero();
                assertThat((float) memory.get(DataType.F32, border + 10)).isZero();
            }
        } finally {
            memory.close();
        }
    }

    @Test
    void allocate_moreThanTheAddressSpace_throwsOutOfMemoryError() {
        assertThatThrownBy(() -> Tensor.allocate(Dims.of(1L << 48))).isInstanceOf(OutOfMemoryError.class);
    }

    @Test
    void allocate_moreThanTheLimit_throwsAndReservesNothing() {
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> Tensor.allocate(Dims.of(1L << 40))).isInstanceOf(OutOfMemoryError.class);
        }
        Tensor.allocate(Dims.of(1L << 29)).close();
    }

    /** On JDK 22 and later, too, whose arenas know no limit. */
    @Test
    void allocate_moreThanTheLimit_isRefusedAndTakesNothingFromIt() {
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> Tensor.allocate(Dims.of(1L << 40)))
                    .isInstanceOf(OutOfMemoryError.class)
                    .hasMessageContaining("-XX:MaxDirectMemorySize");
            Tensor.allocate(Dims.of(3L << 28)).close();
        }
    }
}
