package io.github.faltung.tensor;

import java.util.Arrays;

/** The type of a tensor's elements. */
public enum DataType {
    /** IEEE 754 binary32. */
    F32("f32", 4, true),
    /** The upper half of a binary32: 8 bits of exponent, 8 of precision. */
    BF16("bf16", 2, true),
    /** IEEE 754 binary16: 5 bits of exponent, 11 of precision. */
    F16("f16", 2, true),
    /** Integers from −2³¹ to 2³¹ − 1. */
    S32("s32", 4, false),
    /** Integers from 0 to 255. */
    U8("u8", 1, false),
    /** Integers from −128 to 127. */
    S8("s8", 1, false);

    private final String text;
    private final int bytes;
    private final boolean floating;

    DataType(String text, int bytes, boolean floating) {
        this.text = text;
        this.bytes = bytes;
        this.floating = floating;
    }

    /** Returns the size of one element in bytes. */
    public int bytes() {
        return bytes;
    }

    /** Returns whether the elements are floating-point numbers; else they are integers. */
    public boolean isFloating() {
        return floating;
    }

    /**
     * Returns the value of this type that a number is rounded to: to nearest, ties to even. What is out of range becomes an infinity in
     * floating-point types and the nearest bound in integer types; a NaN stays one, and becomes 0 in integer types.
     */
    public double round(double value) {
        return switch (this) {
            case F32 -> (float) value;
            case BF16 -> HalfPrecision.ofBfloat16(HalfPrecision.toBfloat16(value));
            case F16 -> HalfPrecision.ofFloat16(HalfPrecision.toFloat16(value));
            case S32 -> saturate(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case U8 -> saturate(value, 0, 255);
            case S8 -> saturate(value, Byte.MIN_VALUE, Byte.MAX_VALUE);
        };
    }

    private static int saturate(double value, int least, int most) {
        return (int) Math.max(least, Math.min(most, Math.rint(value)));
    }

    /**
     * Reads a type's name.
     *
     * @throws IllegalArgumentException if no type has it
     */
    public static DataType parse(String name) {
        for (DataType type : values()) {
            if (type.text.equals(name)) {
                return type;
            }
        }
        throw new IllegalArgumentException(
                "data type must be one of " + Arrays.toString(values()) + ", but was '" + name + "'");
    }

    /** Returns the name that oneDNN and its problem lines use, such as {@code f32}. */
    @Override
    public String toString() {
        return text;
    }
}
