package io.github.faltung.tensor;

import java.nio.Buffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** What arrays and buffers a tensor takes: each rule with its one message. */
final class BufferRules {
    private BufferRules() {}

    static void requireLength(String name, int length, Dims dims) {
        if (length != dims.elements()) {
            throw new IllegalArgumentException(
                    name + " must be the " + dims.elements() + " elements of " + dims + ", but were " + length);
        }
    }

    static void requireRemaining(FloatBuffer values, Dims dims) {
        if (values.remaining() < dims.elements()) {
            throw new IllegalArgumentException("a buffer must have the " + dims.elements() + " elements of " + dims
                    + " remaining, but had " + values.remaining());
        }
    }

    static void requireWritable(Buffer values) {
        if (values.isReadOnly()) {
            throw new IllegalArgumentException(
                    "a buffer must be writable, but this one of " + values.remaining() + " elements is read-only");
        }
    }

    /**
     * Requires that a direct buffer can be a tensor's memory.
     *
     * @param part what of the buffer would be
     */
    static void requireWrappable(FloatBuffer values, FloatBuffer part) {
        if (values.order() != ByteOrder.nativeOrder()) {
            throw new IllegalArgumentException("a direct buffer must be in native byte order, "
                    + ByteOrder.nativeOrder() + ", but was " + values.order());
        }
        long address = NativeMemory.addressOf(part);
        if (address % Float.BYTES != 0) {
            throw new IllegalArgumentException(
                    "a direct buffer must be aligned to 4 bytes, but began at 0x" + Long.toHexString(address));
        }
        if (NativeMemory.canBeClosed(part)) {
            throw new IllegalArgumentException(
                    "a direct buffer must not be of an arena that can be closed, but this one of " + values.remaining()
                            + " elements is; ByteBuffer.allocateDirect and Arena.ofAuto make none");
        }
    }
}
