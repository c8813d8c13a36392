package io.github.faltung.tensor;

import java.nio.FloatBuffer;

/** Floats in a caller's buffer, heap or direct, in either byte order. Its position is left alone. */
final class Floats extends Elements {
    private final FloatBuffer[] windows;
    private final float[] block;

    /** A buffer's elements from 0 to its limit, as many as the dims have, in the layout's order. */
    Floats(FloatBuffer values, Dims dims, Layout order) {
        super(DataType.F32, dims, order.strides(dims));
        int shift = windowShift(DataType.F32);
        this.windows = new FloatBuffer[((values.limit() - 1) >>> shift) + 1];
        for (int window = 0; window < windows.length; window++) {
            int start = window << shift;
            windows[window] = values.slice(start, Math.min(1 << shift, values.limit() - start));
        }
        this.block = new float[ElementCopy.block(dims)];
    }

    @Override
    void read(int window, int start, int stride, int count, int at) {
        FloatBuffer values = windows[window];
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
        FloatBuffer values = windows[window];
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
            lanes[i] = Float.floatToRawIntBits(block[i]);
        }
    }

    @Override
    void narrow(int[] lanes, int count) {
        for (int i = 0; i < count; i++) {
            block[i] = Float.intBitsToFloat(lanes[i]);
        }
    }
}
