package io.github.faltung.onednn;

import org.bytedeco.javacpp.FloatPointer;

/** A pointer to floats that can be set to any address without allocating. For one thread at a time. */
final class FloatsAt extends FloatPointer {
    FloatsAt at(long newAddress) {
        address = newAddress;
        return this;
    }
}
