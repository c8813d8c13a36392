package io.github.faltung.onednn;

import io.github.faltung.tensor.DataType;

/**
 * How a caller's tensors are converted to what a primitive reads and writes, where that computes in other types.
 *
 * @param src the type of source that the primitive reads
 * @param dst the type of destination that it writes
 * @param srcZeroPoint what is taken off the caller's source on the way in
 * @param dstScale what a step of the caller's destination stands for
 * @param dstZeroPoint what is added to the caller's destination on the way out
 * @param frame the byte that stands for zeros around the source
 */
record Conversion(DataType src, DataType dst, int srcZeroPoint, float dstScale, int dstZeroPoint, byte frame) {
    /** For primitives that compute in f32 what callers hold in f32. */
    static final Conversion NONE = between(DataType.F32, DataType.F32);

    /** Returns none for other types. */
    static Conversion between(DataType src, DataType dst) {
        return new Conversion(src, dst, 0, 1, 0, (byte) 0);
    }
}
