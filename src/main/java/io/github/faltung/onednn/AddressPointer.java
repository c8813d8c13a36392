package io.github.faltung.onednn;

import org.bytedeco.javacpp.Pointer;

/** A pointer that can be set to any address without allocating. For one thread at a time. */
final class AddressPointer extends Pointer {
    AddressPointer at(long address) {
        this.address = address;
        return this;
    }
}
