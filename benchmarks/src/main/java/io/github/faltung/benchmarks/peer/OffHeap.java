package io.github.faltung.benchmarks.peer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** Direct buffers that begin at a cache line, as this library's tensors do. */
final class OffHeap {
    private static final int ALIGNMENT = 64;

    private OffHeap() {}

    static FloatBuffer zeros(long count) {
        // A slice that is aligned may lose an alignment's length at each end.
        return ByteBuffer.allocateDirect(Math.toIntExact(count * Float.BYTES + 2 * ALIGNMENT))
                .alignedSlice(ALIGNMENT)
                .order(ByteOrder.nativeOrder())
                .limit(Math.toIntExact(count * Float.BYTES))
                .slice()
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    static FloatBuffer of(float[] values) {
        return zeros(values.length).put(values).rewind();
    }

    static float[] array(FloatBuffer values) {
        var array = new float[values.capacity()];
        values.get(0, array);
        return array;
    }
}
