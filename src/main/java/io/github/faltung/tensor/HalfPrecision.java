package io.github.faltung.tensor;

/**
 * The 16-bit floating-point formats as bit patterns: bfloat16 and IEEE 754-2019 binary16. Every value of either is exact in double
 * precision; back, numbers are rounded once, to nearest, ties to even.
 */
final class HalfPrecision {
    private static final int SIGN = 0x8000;
    private static final int F16_INFINITY = 0x7c00;

    /** The least number that binary16 rounds to infinity: half a step beyond its largest, 65504. */
    private static final double F16_OVERFLOW = 65520;

    private static final double F16_LEAST_NORMAL = 0x1p-14;

    /** Subnormal binary16 numbers are multiples of 2⁻²⁴. */
    private static final double F16_SUBNORMAL_STEP = 0x1p-24;

    private HalfPrecision() {}

    static float ofBfloat16(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    /** Rounds without going through binary32, which would round twice. */
    static short toBfloat16(double value) {
        float nearest = (float) value;
        if (Float.isNaN(nearest)) {
            return (short) ((Float.floatToRawIntBits(nearest) >> 16) | 0x0040);
        }
        int bits = Float.floatToRawIntBits(nearest);
        int rest = bits & 0xffff;
        if (rest == 0x8000 && nearest != value) {
            // The first rounding made a tie: break it by the side on which the number was.
            boolean above = Math.abs(value) > Math.abs(nearest);
            return (short) ((bits >>> 16) + (above ? 1 : 0));
        }
        return toBfloat16Bits(bits);
    }

    static short toBfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        return Float.isNaN(value) ? (short) ((bits >> 16) | 0x0040) : toBfloat16Bits(bits);
    }

    private static short toBfloat16Bits(int bits) {
        return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
    }

    static float ofFloat16(short bits) {
        int exponent = (bits >> 10) & 0x1f;
        int fraction = bits & 0x3ff;
        float magnitude = switch (exponent) {
            case 0 -> fraction * (float) F16_SUBNORMAL_STEP;
            case 0x1f -> fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
            default -> Float.intBitsToFloat(((exponent + 112) << 23) | (fraction << 13));
        };
        return (bits & SIGN) == 0 ? magnitude : -magnitude;
    }

    static short toFloat16(double value) {
        int sign = (int) (Double.doubleToRawLongBits(value) >>> 48) & SIGN;
        double magnitude = Math.abs(value);
        if (Double.isNaN(value)) {
            return (short) (sign | F16_INFINITY | 0x0200);
        }
        if (magnitude >= F16_OVERFLOW) {
            return (short) (sign | F16_INFINITY);
        }
        if (magnitude < F16_LEAST_NORMAL) {
            // A result of 1024 steps is the least normal number, whose pattern follows on.
            return (short) (sign | (int) Math.rint(magnitude / F16_SUBNORMAL_STEP));
        }
        int exponent = Math.getExponent(magnitude);
        int significand = (int) Math.rint(Math.scalb(magnitude, 10 - exponent));
        // A significand that was rounded up to 2048 carries into the exponent.
        return (short) (sign | (((exponent + 14) << 10) + significand));
    }
}
