package io.github.faltung.tensor;

/** The type of a tensor's elements. */
public enum DataType {
    /** IEEE 754 binary32. */
    F32("f32", Float.BYTES);

    private final String text;
    private final int bytes;

    DataType(String text, int bytes) {
        this.text = text;
        this.bytes = bytes;
    }

    /** Returns the size of one element in bytes. */
    public int bytes() {
        return bytes;
    }

    /** Returns the name that oneDNN and its problem lines use, such as {@code f32}. */
    @Override
    public String toString() {
        return text;
    }
}
