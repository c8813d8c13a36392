package io.github.faltung.onednn;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * Zeroed bytes for C structures. Not JavaCPP's own allocations: those fail as soon as the process has twice the heap's limit in memory,
 * which one large tensor may bring about. For one thread at a time.
 */
final class NativeStruct implements AutoCloseable {
    private final Tensor bytes;

    NativeStruct(long bytes) {
        this.bytes = Tensor.allocate(DataType.U8, Dims.of(bytes), Layout.CHANNELS_FIRST);
    }

    Pointer pointer() {
        return new AddressPointer().at(bytes.address());
    }

    /** Returns room for one pointer that a C function puts there. */
    static NativeStruct forPointer() {
        return new NativeStruct(Long.BYTES);
    }

    /** Returns the pointer that a C function has put here. */
    Pointer target() {
        return new PointerPointer<>(pointer()).get();
    }

    @Override
    public void close() {
        bytes.close();
    }
}
