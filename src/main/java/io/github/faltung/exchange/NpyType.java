package io.github.faltung.exchange;

import io.github.faltung.tensor.DataType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The types of elements that the library knows in {@code .npy} files, by NumPy's {@code descr} without its byte order. */
public enum NpyType {
    F32("f4", DataType.F32),
    F16("f2", DataType.F16),
    U8("u1", DataType.U8),
    S8("i1", DataType.S8),
    S32("i4", DataType.S32);

    private final String code;
    private final DataType dataType;

    NpyType(String code, DataType dataType) {
        this.code = code;
        this.dataType = dataType;
    }

    static Optional<NpyType> of(String code) {
        return Arrays.stream(values()).filter(type -> type.code.equals(code)).findFirst();
    }

    /** Returns what a file of such a tensor has; empty for bf16, which NumPy does not know. */
    static Optional<NpyType> of(DataType dataType) {
        return Arrays.stream(values()).filter(type -> type.dataType == dataType).findFirst();
    }

    /**
     * Returns what a file of such a tensor has.
     *
     * @throws IllegalArgumentException if it is bf16
     */
    static NpyType require(DataType dataType) {
        return of(dataType)
                .orElseThrow(() -> new IllegalArgumentException(
                        "a tensor must be of a type that NumPy has, " + all() + ", but was of " + dataType));
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
        return dataType.bytes();
    }

    /** Returns what a tensor of such a file has. */
    public DataType dataType() {
        return dataType;
    }

    /** Returns the name and NumPy's, such as {@code f32 (f4)}. */
    @Override
    public String toString() {
        return dataType + " (" + code + ")";
    }
}
