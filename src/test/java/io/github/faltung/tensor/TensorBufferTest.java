package io.github.faltung.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Buffers in and out: which are copied, which are wrapped, which are refused. */
class TensorBufferTest {
    private static final Dims DIMS = Dims.of(2, 3);
    private static final ByteOrder NATIVE = ByteOrder.nativeOrder();
    private static final ByteOrder FOREIGN =
            NATIVE == ByteOrder.LITTLE_ENDIAN ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;

    private static FloatBuffer direct(int floats) {
        return ByteBuffer.allocateDirect(floats * Float.BYTES).order(NATIVE).asFloatBuffer();
    }

    @Test
    void of_directBuffer_isWrappedNotCopied() {
        FloatBuffer buffer = direct(8);
        for (int i = 0; i < 8; i++) {
            buffer.put(i, i);
        }
        buffer.position(1).limit(7);
        try (Tensor tensor = Tensor.of(buffer, DIMS)) {
            assertThat(tensor.toFloatArray()).containsExactly(1, 2, 3, 4, 5, 6);
            tensor.set(50, 1, 1);
            assertThat(buffer.get(5)).isEqualTo(50);
            buffer.put(1, 10);
            assertThat(tensor.get(0, 0)).isEqualTo(10);
            assertThat(tensor.bytes()).isEqualTo(24);
        }
        assertThat(buffer.position()).isEqualTo(1);
        assertThat(buffer.limit()).isEqualTo(7);
        assertThat(buffer.get(6))
                .as("the caller's memory after the tensor is closed")
                .isEqualTo(6);
    }

    @Test
    void of_directBufferLongerThanDims_wrapsTheFirstElements() {
        FloatBuffer buffer = direct(100);
        try (Tensor a = Tensor.of(buffer, DIMS, Layout.CHANNELS_LAST);
                Tensor b = Tensor.of(buffer.position(5), DIMS);
                Tensor c = Tensor.of(buffer.position(6), DIMS)) {
            assertThat(a.overlaps(b)).isTrue();
            assertThat(b.overlaps(a)).isTrue();
            assertThat(a.overlaps(c)).isFalse();
            a.copyFrom(new float[] {1, 2, 3, 4, 5, 6}, Layout.CHANNELS_LAST);
            assertThat(b.get(0, 0)).isEqualTo(6);
            assertThat(c.get(0, 0)).isZero();
        }
    }

    @Test
    void overlaps_closedTensor_isFalse() {
        FloatBuffer buffer = direct(6);
        Tensor closed = Tensor.of(buffer, DIMS);
        closed.close();
        try (Tensor open = Tensor.of(buffer, DIMS)) {
            assertThat(open.overlaps(closed)).isFalse();
            assertThat(closed.overlaps(open)).isFalse();
            assertThat(open.overlaps(open)).isTrue();
        }
    }

    @Test
    void of_directBufferThatNobodyElseHolds_keepsItAlive() {
        try (Tensor tensor = Tensor.of(direct(1 << 16).put(0, 42), Dims.of(1 << 16))) {
            for (int i = 0; i < 5; i++) {
                System.gc();
                ByteBuffer.allocateDirect(1 << 18);
            }
            assertThat(tensor.get(0)).isEqualTo(42);
        }
    }

    @Test
    void of_heapBuffer_isCopiedFromItsPosition() {
        var values = new float[] {9, 1, 2, 3, 4, 5, 6, 9};
        FloatBuffer buffer = FloatBuffer.wrap(values, 1, 6);
        try (Tensor tensor = Tensor.of(buffer, DIMS)) {
            values[1] = -1;
            assertThat(tensor.toFloatArray()).containsExactly(1, 2, 3, 4, 5, 6);
            assertThat(buffer.position()).isEqualTo(1);
        }
    }

    @Test
    void of_heapBufferOfForeignOrder_isCopiedByValue() {
        FloatBuffer buffer = ByteBuffer.allocate(24).order(FOREIGN).asFloatBuffer();
        buffer.put(4, 1.5f);
        try (Tensor tensor = Tensor.of(buffer, DIMS)) {
            assertThat(tensor.get(1, 1)).isEqualTo(1.5f);
        }
    }

    @Test
    void of_directBufferOfForeignOrder_throwsWithBothOrders() {
        FloatBuffer buffer = ByteBuffer.allocateDirect(24).order(FOREIGN).asFloatBuffer();
        assertThatThrownBy(() -> Tensor.of(buffer, DIMS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a direct buffer must be in native byte order, " + NATIVE + ", but was " + FOREIGN);
    }

    @Test
    void of_readOnlyBuffer_throwsWithItsLength() {
        for (FloatBuffer buffer : new FloatBuffer[] {direct(7), FloatBuffer.allocate(7)}) {
            assertThatThrownBy(() -> Tensor.of(buffer.asReadOnlyBuffer(), DIMS))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a buffer must be writable, but this one of 7 elements is read-only");
        }
        try (Tensor tensor = Tensor.allocate(DIMS)) {
            assertThatThrownBy(() -> tensor.copyTo(FloatBuffer.allocate(6).asReadOnlyBuffer(), Layout.CHANNELS_LAST))
                    .hasMessage("a buffer must be writable, but this one of 6 elements is read-only");
        }
    }

    @Test
    void of_shortBuffer_throwsWithBothNumbers() {
        for (FloatBuffer buffer : new FloatBuffer[] {direct(7), FloatBuffer.allocate(7)}) {
            assertThatThrownBy(() -> Tensor.of(buffer.position(2), DIMS))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a buffer must have the 6 elements of 2x3 remaining, but had 5");
        }
        assertThatThrownBy(() -> Tensor.of(direct(1), Dims.of(1L << 32)))
                .hasMessage("a buffer must have the 4294967296 elements of 4294967296 remaining, but had 1");
    }

    @Test
    void of_misalignedDirectBuffer_throwsWithItsAddress() {
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(64).alignedSlice(4).position(1).slice();
        FloatBuffer buffer = bytes.order(NATIVE).asFloatBuffer();
        assertThatThrownBy(() -> Tensor.of(buffer, DIMS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("a direct buffer must be aligned to 4 bytes, but began at 0x[0-9a-f]*[13579bdf]");
    }

    @Test
    void copyFrom_buffers_readFromTheirPositionAndLeaveIt() {
        FloatBuffer heap = FloatBuffer.wrap(new float[] {0, 1, 2, 3, 4, 5, 6}).position(1);
        FloatBuffer readOnly =
                direct(7).put(heap.duplicate().rewind()).position(1).asReadOnlyBuffer();
        FloatBuffer foreign = ByteBuffer.allocateDirect(28).order(FOREIGN).asFloatBuffer();
        foreign.put(heap.duplicate().rewind()).position(1);
        for (FloatBuffer buffer : new FloatBuffer[] {heap, readOnly, foreign}) {
            try (Tensor tensor = Tensor.allocate(DataType.F32, DIMS, 1, 2)) {
                tensor.copyFrom(buffer, Layout.CHANNELS_FIRST);
                assertThat(tensor.toFloatArray()).containsExactly(1, 2, 3, 4, 5, 6);
                assertThat(buffer.position()).isEqualTo(1);
                assertThatThrownBy(() -> tensor.copyFrom(FloatBuffer.allocate(5), Layout.CHANNELS_FIRST))
                        .hasMessage("a buffer must have the 6 elements of 2x3 remaining, but had 5");
            }
        }
    }

    @Test
    void copyTo_buffers_writesFromTheirPositionAndNothingElse() {
        FloatBuffer foreign = ByteBuffer.allocateDirect(32).order(FOREIGN).asFloatBuffer();
        for (FloatBuffer buffer : new FloatBuffer[] {FloatBuffer.allocate(8), direct(8), foreign}) {
            try (Tensor tensor = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, DIMS)) {
                buffer.position(1);
                tensor.copyTo(buffer, Layout.SPATIAL_FIRST);
                assertThat(buffer.position()).isEqualTo(1);
                var all = new float[8];
                buffer.duplicate().rewind().get(all);
                assertThat(all).containsExactly(0, 1, 4, 2, 5, 3, 6, 0);
                assertThatThrownBy(() -> tensor.copyTo(buffer.duplicate().limit(6), Layout.CHANNELS_FIRST))
                        .hasMessage("a buffer must have the 6 elements of 2x3 remaining, but had 5");
            }
        }
    }

    /** Before JDK 22 there are no arenas, and no one can take a direct buffer's memory away. */
    @ParameterizedTest
    @CsvSource({"ofShared, true", "ofConfined, true", "ofAuto, false", "global, false"})
    void of_bufferOfAnArena_refusedIfItCanBeClosed(String arenaFactory, boolean refused) throws Exception {
        if (Runtime.version().feature() < 22) {
            assertThat(NativeMemory.canBeClosed(ByteBuffer.allocateDirect(24))).isFalse();
            return;
        }
        Class<?> arenaClass = Class.forName("java.lang.foreign.Arena");
        Object arena = arenaClass.getMethod(arenaFactory).invoke(null);
        Object segment =
                arenaClass.getMethod("allocate", long.class, long.class).invoke(arena, 24L, 4L);
        ByteBuffer bytes = (ByteBuffer) Class.forName("java.lang.foreign.MemorySegment")
                .getMethod("asByteBuffer")
                .invoke(segment);
        FloatBuffer floats = bytes.order(NATIVE).asFloatBuffer();
        if (refused) {
            assertThatThrownBy(() -> Tensor.of(floats, DIMS))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("must not be of an arena that can be closed, but this one of 6 elements is");
        } else {
            try (Tensor tensor = Tensor.of(floats, DIMS)) {
                tensor.set(3, 1, 2);
                assertThat(floats.get(5)).isEqualTo(3);
            }
        }
    }

    @Test
    void address_ofSlices_countsFromTheirPosition() {
        ByteBuffer bytes = ByteBuffer.allocateDirect(64).alignedSlice(8).order(NATIVE);
        FloatBuffer slice = bytes.duplicate().position(8).slice().order(NATIVE).asFloatBuffer();
        try (Tensor whole = Tensor.of(bytes.asFloatBuffer(), Dims.of(4));
                Tensor moved = Tensor.of(slice, Dims.of(4));
                Tensor further = Tensor.of(slice.position(2), Dims.of(4))) {
            assertThat(moved.address() - whole.address()).isEqualTo(8);
            assertThat(further.address() - whole.address()).isEqualTo(16);
        }
    }

    @ParameterizedTest
    @EnumSource(DataType.class)
    void copyBits_pieces_areConsecutiveElementsInEitherByteOrder(DataType type) {
        int size = type.bytes();
        var counted = new byte[5 * size];
        for (int i = 0; i < counted.length; i++) {
            counted[i] = (byte) (i + 1);
        }
        try (Tensor tensor = Tensor.allocate(type, DIMS, Layout.CHANNELS_FIRST)) {
            for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
                ByteBuffer bits =
                        ByteBuffer.wrap(counted).order(order).position(size).limit(4 * size);
                tensor.copyBitsFrom(bits, 2);
                assertThat(bits.position()).isEqualTo(size);
                ByteBuffer same = ByteBuffer.allocate(2 * size).order(order);
                tensor.copyBitsTo(same, 3);
                assertThat(same.position()).isZero();
                assertThat(same.array()).containsExactly(Arrays.copyOfRange(counted, 2 * size, 4 * size));
                ByteOrder other = order == ByteOrder.BIG_ENDIAN ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
                ByteBuffer turned = ByteBuffer.allocate(size).order(other);
                tensor.copyBitsTo(turned, 2);
                for (int i = 0; i < size; i++) {
                    assertThat(turned.get(i)).isEqualTo(counted[2 * size - 1 - i]);
                }
            }
        }
    }

    @Test
    void copyBits_outsideOrNotDenseOrReadOnly_isRefused() {
        ByteBuffer two = ByteBuffer.allocate(8);
        try (Tensor tensor = Tensor.allocate(DIMS);
                Tensor last = Tensor.allocate(DataType.F32, Dims.of(1, 2, 3), Layout.CHANNELS_LAST)) {
            for (long first : new long[] {-1, 5, Long.MAX_VALUE}) {
                assertThatThrownBy(() -> tensor.copyBitsFrom(two, first)).isInstanceOf(IndexOutOfBoundsException.class);
                assertThatThrownBy(() -> tensor.copyBitsTo(two, first)).isInstanceOf(IndexOutOfBoundsException.class);
            }
            assertThatThrownBy(() -> last.copyBitsFrom(two, 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("dense");
            assertThatThrownBy(() -> tensor.copyBitsTo(two.asReadOnlyBuffer(), 0))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> tensor.copyBitsFrom(ByteBuffer.allocate(6), 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("whole elements of f32, 4 bytes each, but were 6 bytes");
        }
    }
}
