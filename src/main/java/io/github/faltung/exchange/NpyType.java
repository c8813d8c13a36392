package io.github.faltung.exchange;

import io.github.faltung.tensor.DataType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The types of elements that the library knows in {@code .npy} files, by NumPy's {@code descr} without its byte order. */
public enum NpyType {
    F32("f4", 4),
    F16("f2", 2),
    U8("u1", 1),
    S8("i1", 1),
    S32("i4", 4);

    private final String code;
    private final int bytes;

    NpyType(String code, int bytes) {
        this.code = code;
        this.bytes = bytes;
    }

    static Optional<NpyType> of(String code) {
        return Arrays.stream(values()).filter(type -> type.code.equals(code)).findFirst();
    }

    /** Returns NumPy's name without the byte order, such as {@code f4}. */
    String code() {
        return code;
    }

    /** Returns all as a sentence has them. */
    static String all() {
        return List.of(values()).stream().map(NpyType::toString).collect(Collectors.joining(", "));
    }

    /** Returns the size of one element in bytes. */
    public int bytes() {
        return bytes;
    }

    /** Returns what a tensor of this type has; empty while tensors don't have it. */
    public Optional<DataType> dataType() {
        return this == F32 ? Optional.of(DataType.F32) : Optional.empty();
    }

    /** Returns the name and NumPy's, such as {@code f32 (f4)}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT) + " (" + code + ")";
    }
}
