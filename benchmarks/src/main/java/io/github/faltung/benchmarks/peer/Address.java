package io.github.faltung.benchmarks.peer;

import io.github.faltung.tensor.Tensor;
import org.bytedeco.javacpp.Pointer;

/** Where something lies that someone else keeps alive. */
final class Address extends Pointer {
    private Address(long address) {
        this.address = address;
    }

    static Address of(Tensor tensor) {
        return new Address(tensor.address());
    }

    /** Returns oneDNN's {@code DNNL_MEMORY_ALLOCATE}: the memory object allocates and owns its buffer. */
    static Address allocate() {
        return new Address(-1);
    }
}
