package io.github.faltung.tensor;

import java.nio.ByteBuffer;

/** Elements of 8 bits in a tensor's memory. */
final class Octets extends Elements {
    private final ByteBuffer[] windows;
    private final byte[] block;

    /** A tensor's elements. */
    Octets(DataType type, Dims dims, long[] strides, ByteBuffer[] memory) {
        super(type, dims, strides);
        this.windows = memory;
        this.block = new byte[ElementCopy.block(dims)];
    }

    @Override
    void read(int window, int start, int stride, int count, int at) {
        ByteBuffer values = windows[window];
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
        ByteBuffer values = windows[window];
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
        for (int i = 0; i < count; i++) {
            lanes[i] = block[i];
        }
    }

    @Override
    void narrow(int[] lanes, int count) {
        for (int i = 0; i < count; i++) {
            block[i] = (byte) lanes[i];
        }
    }
}
