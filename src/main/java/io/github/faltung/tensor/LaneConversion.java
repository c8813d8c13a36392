package io.github.faltung.tensor;

/**
 * Turns a block of numbers of one type into another type, rounded as {@link DataType#round} does. Each is a lane of 32 bits: on the way in
 * the pattern of its type, then a binary32 pattern or an integer, at last the new type's pattern in the low bits.
 *
 * <p><b>Why masks and several passes.</b> The JIT compiler of JDK 17 makes vectors of loops of integer arithmetic on arrays of one width;
 * it makes none of a loop with a branch, a conversion between int and float or a move between their registers. So what needs a float
 * operation is a short loop of its own, and the rest selects by masks: {@code (a - b) >> 31} is all ones if {@code a < b}, else 0.
 * Measured (AMD Zen 5, JDK 17): rounding to bfloat16 0.05 ns an element in a pass of its own, 1.26 ns together with the narrowing.
 */
final class LaneConversion {
    private static final int MAGNITUDE = 0x7fffffff;
    private static final int SIGN = 0x80000000;
    private static final int F32_INFINITY = 0x7f800000;

    /** 2⁻¹⁴, the least normal binary16 number, as binary32. Its last place counts 2⁻³⁷: binary16 subnormals are 2¹³ of these. */
    private static final int F16_LEAST_NORMAL = 0x38800000;

    /** The greatest binary32 number that does not round to infinity in binary16: just below 65520. */
    private static final int F16_MOST = 0x477fefff;

    private static final int F16_INFINITY = 0x7c00;
    private static final int F16_QUIET = 0x0200;

    /** What the exponent fields of binary32 and binary16 differ by. */
    private static final int F16_EXPONENT_GAP = 127 - 15;

    /** Its last place, and that of numbers up to twice as large, counts 2⁻²⁴, a binary16 subnormal's step: adding it rounds to these. */
    private static final float ROUND_TO_SUBNORMAL = 0.5f;

    private static final int ROUND_TO_SUBNORMAL_BITS = 0x3f000000;

    /** 1.5·2²³: the last place of this and of what is near it counts 1, so that adding it rounds to integers. */
    private static final float ROUND_TO_INTEGER = 0x1.8p23f;

    private static final int ROUND_TO_INTEGER_BITS = 0x4b400000;

    /** 1024 as binary32: beyond all 8-bit integers, and small enough for {@link #ROUND_TO_INTEGER}. */
    private static final int BEYOND_8_BITS = 0x44800000;

    private final DataType from;
    private final DataType to;

    /** For what a float operation makes of each lane beside the lane itself. */
    private final int[] beside;

    LaneConversion(DataType from, DataType to, int block) {
        this.from = from;
        this.to = to;
        this.beside = from != to && (from == DataType.F16 || to == DataType.F16) ? new int[block] : new int[0];
    }

    void convert(int[] lanes, int count) {
        if (from == to) {
            return;
        }
        switch (from) {
            case BF16 -> ofBfloat16(lanes, count);
            case F16 -> ofFloat16(lanes, count);
            case U8 -> unsigned(lanes, count);
            case F32, S32, S8 -> {} // patterns are what is wanted
        }
        if (from.isFloating()) {
            ofFloats(lanes, count);
        } else {
            ofIntegers(lanes, count);
        }
    }

    private void ofFloats(int[] lanes, int count) {
        switch (to) {
            case F32 -> {} // is what they are
            case BF16 -> toBfloat16(lanes, count);
            case F16 -> toFloat16(lanes, count);
            case S32 -> toIntegers(lanes, count);
            case U8, S8 -> {
                toSmallIntegers(lanes, count);
                clamp(lanes, count);
            }
        }
    }

    private void ofIntegers(int[] lanes, int count) {
        switch (to) {
            case F32 -> toFloats(lanes, count);
            case BF16 -> {
                dropIrrelevantBits(lanes, count);
                toFloats(lanes, count);
                toBfloat16(lanes, count);
            }
            case F16 -> {
                // Rounds once: integers that are not exact in binary32 are beyond binary16.
                toFloats(lanes, count);
                toFloat16(lanes, count);
            }
            case S32 -> {} // is what they are
            case U8, S8 -> clamp(lanes, count);
        }
    }

    private static void unsigned(int[] lanes, int count) {
        for (int i = 0; i < count; i++) {
            lanes[i] &= 0xff;
        }
    }

    private static void ofBfloat16(int[] lanes, int count) {
        for (int i = 0; i < count; i++) {
            lanes[i] <<= 16;
        }
    }

    private static void toBfloat16(int[] lanes, int count) {
        for (int i = 0; i < count; i++) {
            int bits = lanes[i];
            int nan = (F32_INFINITY - (bits & MAGNITUDE)) >> 31;
            int rounded = bits + 0x7fff + ((bits >>> 16) & 1);
            // A NaN is made quiet, lest its only bits be those cut off.
            lanes[i] = ((rounded & ~nan) | ((bits | 0x400000) & nan)) >>> 16;
        }
    }

    private void ofFloat16(int[] lanes, int count) {
        // A subnormal: the fraction below an exponent whose last place is right, and that exponent's number taken off
        // again.
        for (int i = 0; i < count; i++) {
            float raised = Float.intBitsToFloat(F16_LEAST_NORMAL | ((lanes[i] & 0x3ff) << 13));
            beside[i] = Float.floatToRawIntBits(raised - 0x1p-14f);
        }
        for (int i = 0; i < count; i++) {
            int magnitude = (lanes[i] & 0x7fff) << 13;
            int subnormal = (magnitude - (1 << 23)) >> 31;
            int infinite = ((F16_INFINITY << 13) - 1 - magnitude) >> 31;
            int normal = magnitude + (F16_EXPONENT_GAP << 23);
            lanes[i] = (lanes[i] & SIGN)
                    | (beside[i] & subnormal)
                    | (normal & ~subnormal)
                    | (infinite & F32_INFINITY); // and of a NaN the fraction, which is there already
        }
    }

    private void toFloat16(int[] lanes, int count) {
        for (int i = 0; i < count; i++) {
            beside[i] = Float.floatToRawIntBits(Float.intBitsToFloat(lanes[i] & MAGNITUDE) + ROUND_TO_SUBNORMAL);
        }
        for (int i = 0; i < count; i++) {
            int magnitude = lanes[i] & MAGNITUDE;
            int subnormal = (magnitude - F16_LEAST_NORMAL) >> 31;
            int infinite = (F16_MOST - magnitude) >> 31;
            int nan = (F32_INFINITY - magnitude) >> 31;
            int normal = ((magnitude + 0xfff + ((magnitude >>> 13) & 1)) >>> 13) - (F16_EXPONENT_GAP << 10);
            lanes[i] = ((lanes[i] >>> 16) & 0x8000)
                    | ((beside[i] - ROUND_TO_SUBNORMAL_BITS) & subnormal)
                    | (normal & ~subnormal & ~infinite)
                    | (infinite & F16_INFINITY)
                    | (nan & F16_QUIET);
        }
    }

    private static void toFloats(int[] lanes, int count) {
        for (int i = 0; i < count; i++) {
            lanes[i] = Float.floatToRawIntBits((float) lanes[i]);
        }
    }

    /** The language's conversion saturates and makes 0 of a NaN, as is wanted. */
    private static void toIntegers(int[] lanes, int count) {
        for (int i = 0; i < count; i++) {
            lanes[i] = (int) Math.rint((double) Float.intBitsToFloat(lanes[i]));
        }
    }

    /** Rounds to integers; what is beyond 8 bits may become any integer beyond them on the same side. */
    private static void toSmallIntegers(int[] lanes, int count) {
        for (int i = 0; i < count; i++) {
            int magnitude = lanes[i] & MAGNITUDE;
            int beyond = (BEYOND_8_BITS - magnitude) >> 31;
            int nan = (F32_INFINITY - magnitude) >> 31;
            lanes[i] = ((magnitude & ~beyond) | (BEYOND_8_BITS & beyond) | (lanes[i] & SIGN)) & ~nan;
        }
        for (int i = 0; i < count; i++) {
            lanes[i] = Float.floatToRawIntBits(Float.intBitsToFloat(lanes[i]) + ROUND_TO_INTEGER);
        }
        for (int i = 0; i < count; i++) {
            lanes[i] -= ROUND_TO_INTEGER_BITS;
        }
    }

    /** Clamps integers to the 8-bit type. */
    private void clamp(int[] lanes, int count) {
        int least = to == DataType.U8 ? 0 : Byte.MIN_VALUE;
        int most = to == DataType.U8 ? 0xff : Byte.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            // Of numbers as far apart as 2^31 the difference would overflow; half of each is as good here, bounds being
            // so small.
            int half = lanes[i] >> 1;
            int below = (half - (least >> 1)) >> 31;
            int above = ((most >> 1) - half) >> 31;
            lanes[i] = (lanes[i] & ~below & ~above) | (least & below) | (most & above);
        }
    }

    /**
     * Lets integers be exact in binary32 without changing what they round to in bfloat16, whose last place counts at least 2¹⁷ from 2²⁴ on:
     * there the low 8 bits only tell whether any is set, which bit 7 then does.
     */
    private static void dropIrrelevantBits(int[] lanes, int count) {
        for (int i = 0; i < count; i++) {
            int large = -((lanes[i] >> 24) ^ (lanes[i] >> 31)) >> 31;
            int low = lanes[i] & 0xff & large;
            lanes[i] = lanes[i] - low + (((low + 0xff) >> 8) << 7);
        }
    }
}
