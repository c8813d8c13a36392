package io.github.faltung.tensor;

import java.nio.ByteBuffer;
import java.nio.ShortBuffer;
import java.util.stream.Stream;

/** Elements of 16 bits in a tensor's memory. */
final class Halves extends Elements {
    private final ShortBuffer[] windows;
    private final short[] block;

    /** A tensor's elements. */
    Halves(DataType type, Dims dims, long[] strides, ByteBuffer[] memory) {
        super(type, dims, strides);
        this.windows = Stream.of(memory).map(ByteBuffer::asShortBuffer).toArray(ShortBuffer[]::new);
        this.block = new short[ElementCopy.block(dims)];
    }

    @Override
    void read(int window, int start, int stride, int count, int at) {
        ShortBuffer values = windows[window];
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
        ShortBuffer values = windows[window];
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
            block[i] = (short) lanes[i];
        }
    }
}
