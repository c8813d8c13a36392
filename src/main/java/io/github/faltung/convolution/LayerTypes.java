package io.github.faltung.convolution;

import static io.github.faltung.tensor.DataType.BF16;
import static io.github.faltung.tensor.DataType.F16;
import static io.github.faltung.tensor.DataType.F32;
import static io.github.faltung.tensor.DataType.S32;
import static io.github.faltung.tensor.DataType.S8;
import static io.github.faltung.tensor.DataType.U8;

import io.github.faltung.tensor.DataType;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;

/**
 * The types of a layer's tensors. Sums are accumulated in f32 where these are floating-point numbers, exactly in s32 where they are
 * integers; a bias is always f32. The text form is benchdnn's: {@code f32}, {@code u8:s8:f32}.
 *
 * @param src f32, bf16, f16, u8 or s8
 * @param weights the type of {@code src} if that is a floating-point type; else s8 or u8
 * @param dst the type of {@code src} or f32 if that is a floating-point type; else s32, f32, u8 or s8
 */
public record LayerTypes(DataType src, DataType weights, DataType dst) implements Serializable {
    /** Everything in f32. */
    public static final LayerTypes ALL_F32 = new LayerTypes(F32, F32, F32);

    private static final List<DataType> EIGHT_BITS = List.of(U8, S8);

    /**
     * Checks that the three go together.
     *
     * @throws IllegalArgumentException if they don't, with the rule and the types
     */
    public LayerTypes {
        Objects.requireNonNull(src, "src");
        Objects.requireNonNull(weights, "weights");
        Objects.requireNonNull(dst, "dst");
        if (src == S32) {
            throw broken("src must be f32, bf16, f16, u8 or s8", src, weights, dst);
        }
        if (src.isFloating() && weights != src) {
            throw broken("weights must be " + src + ", as src", src, weights, dst);
        }
        if (src.isFloating() && dst != src && dst != F32) {
            throw broken(src == F32 ? "dst must be f32, as src" : "dst must be f32 or " + src, src, weights, dst);
        }
        if (!src.isFloating() && !EIGHT_BITS.contains(weights)) {
            throw broken("weights must be s8 or u8, since src is " + src, src, weights, dst);
        }
        if (!src.isFloating() && (dst == BF16 || dst == F16)) {
            throw broken("dst must be s32, f32, u8 or s8, since src is " + src, src, weights, dst);
        }
    }

    private static IllegalArgumentException broken(String rule, DataType src, DataType weights, DataType dst) {
        return new IllegalArgumentException("types: " + rule + ", but were " + src + ":" + weights + ":" + dst);
    }

    /** Returns the types of a layer that has one type throughout. */
    public static LayerTypes all(DataType type) {
        return new LayerTypes(type, type, type);
    }

    /**
     * Reads {@code src:weights:dst}, or one type that holds for all.
     *
     * @throws IllegalArgumentException if the text names no such types
     */
    public static LayerTypes parse(String text) {
        List<DataType> types = List.of(text.split(":", -1)).stream()
                .map(name -> DataType.parse(name))
                .toList();
        return switch (types.size()) {
            case 1 -> all(types.get(0));
            case 3 -> new LayerTypes(types.get(0), types.get(1), types.get(2));
            default ->
                throw new IllegalArgumentException(
                        "types must be one, or three as src:weights:dst, but were '" + text + "'");
        };
    }

    /** Returns whether source and weights are 8-bit integers, which scales and zero points may give a meaning. */
    public boolean isInteger() {
        return !src.isFloating();
    }

    /** Returns whether everything is f32, as it is where the source is. */
    public boolean isAllF32() {
        return src == F32;
    }

    /** Returns {@code src:weights:dst}, or one type if all are the same. */
    @Override
    public String toString() {
        return src == weights && src == dst ? src.toString() : src + ":" + weights + ":" + dst;
    }
}
