package io.github.faltung.tensor;

import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.stream.Stream;

/** Elements of 32 bits in a tensor's memory, or integers in a caller's array. */
final class Words extends Elements {
    private final IntBuffer[] windows;
    private final int[] block;

    /** A tensor's elements. */
    Words(DataType type, Dims dims, long[] strides, ByteBuffer[] memory) {
        this(type, dims, strides, Stream.of(memory).map(ByteBuffer::asIntBuffer).toArray(IntBuffer[]::new));
    }

    private Words(DataType type, Dims dims, long[] strides, IntBuffer[] windows) {
        super(type, dims, strides);
        this.windows = windows;
        this.block = new int[ElementCopy.block(dims)];
    }

    /** A caller's integers, as many as the dims have, in the layout's order. */
    static Words of(int[] values, Dims dims, Layout order) {
        int shift = windowShift(DataType.S32);
        var windows = new IntBuffer[((values.length - 1) >>> shift) + 1];
        for (int window = 0; window < windows.length; window++) {
            int start = window << shift;
            windows[window] = IntBuffer.wrap(values).slice(start, Math.min(1 << shift, values.length - start));
        }
        return new Words(DataType.S32, dims, order.strides(dims), windows);
    }

    @Override
    void read(int window, int start, int stride, int count, int at) {
        IntBuffer values = windows[window];
        if (stride == 1) {
            values.get(start, block, at, count);
            return;
        }
        for (int i = 0; i < count; i++) {
            block[at + i] = values.get(start + i * stride);
        }
    }

    @Override
    void write(int window, int start, int stride, int count, int at) {
        IntBuffer values = windows[window];
        if (stride == 1) {
            values.put(start, block, at, count);
            return;
        }
        for (int i = 0; i < count; i++) {
            values.put(start + i * stride, block[at + i]);
        }
    }

    @Override
    void widen(int[] lanes, int count) {
        System.arraycopy(block, 0, lanes, 0, count);
    }

    @Override
    void narrow(int[] lanes, int count) {
        System.arraycopy(lanes, 0, block, 0, count);
    }
}
