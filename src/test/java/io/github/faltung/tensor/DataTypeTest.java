package io.github.faltung.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rounding to each type, and conversions between tensors. */
class DataTypeTest {
    /** Each pattern of 16 bits is a value; between neighbours the nearer must be chosen, and the even one in the middle. */
    @ParameterizedTest
    @EnumSource(names = {"BF16", "F16"})
    void round_betweenAllNeighbours_toNearestTiesToEven(DataType type) {
        for (int bits = 0; bits < 0x7c00; bits++) {
            double low = value(type, bits);
            double high = value(type, bits + 1);
            if (Double.isInfinite(high)) {
                break;
            }
            double middle = (low + high) / 2;
            assertThat(type.round(low)).isEqualTo(low);
            assertThat(type.round(middle)).isEqualTo((bits & 1) == 0 ? low : high);
            assertThat(type.round(Math.nextDown(middle))).isEqualTo(low);
            assertThat(type.round(Math.nextUp(middle))).isEqualTo(high);
            assertThat(type.round(-Math.nextUp(middle))).isEqualTo(-high);
        }
    }

    private static double value(DataType type, int bits) {
        return type == DataType.BF16 ? HalfPrecision.ofBfloat16((short) bits) : HalfPrecision.ofFloat16((short) bits);
    }

    @Test
    void ofFloat16_everyPattern_isWhatItsFieldsSay() {
        for (int bits = 0; bits < 0x10000; bits++) {
            int exponent = (bits >> 10) & 31;
            int fraction = bits & 1023;
            double magnitude = exponent == 0
                    ? fraction * Math.pow(2, -24)
                    : exponent < 31
                            ? (1 + fraction / 1024.0) * Math.pow(2, exponent - 15)
                            : fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
            double expected = bits < 0x8000 ? magnitude : -magnitude;
            float found = HalfPrecision.ofFloat16((short) bits);
            assertThat(Double.valueOf(found)).isEqualTo(Double.valueOf(expected));
            if (!Float.isNaN(found)) {
                assertThat(HalfPrecision.toFloat16(found)).isEqualTo((short) bits);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "F16, 65504, 65504",
        "F16, 65519.99, 65504",
        "F16, 65520, Infinity",
        "F16, -1e9, -Infinity",
        "F16, 2.98e-8, 0",
        "F16, 2.99e-8, 5.960464477539063E-8",
        "BF16, 3.3895e38, 3.3895313892515355E38",
        "BF16, 3.4e38, Infinity",
        "S32, 2147483647.4, 2147483647",
        "S32, 1e10, 2147483647",
        "S32, -1e10, -2147483648",
        "U8, 0.5, 0",
        "U8, 1.5, 2",
        "U8, 254.5, 254",
        "U8, 300, 255",
        "U8, -3, 0",
        "S8, -128.5, -128",
        "S8, 127.6, 127",
        "S8, -2.5, -2",
        "S8, NaN, 0",
        "F32, 0.1, 0.10000000149011612"
    })
    void round_number_nearestOfType(DataType type, double value, double expected) {
        assertThat(type.round(value)).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource
    void round_notANumber_staysOneInFloatingTypes(DataType type) {
        assertThat(Double.isNaN(type.round(Double.NaN))).isEqualTo(type.isFloating());
    }

    @ParameterizedTest
    @EnumSource
    void copyFrom_tensorOfEachTypeAndOrder_convertsEachElement(DataType type) {
        Dims dims = Dims.of(2, 3, 2, 5);
        var values = new float[60];
        for (int i = 0; i < values.length; i++) {
            values[i] = (i - 20) * 7.25f;
        }
        try (Tensor from = Tensor.of(values, dims);
                Tensor typed = Tensor.allocate(type, dims, Layout.CHANNELS_LAST);
                Tensor gaps = Tensor.allocate(type, dims, 200, 2, 12, 24);
                Tensor back = Tensor.allocate(dims)) {
            typed.copyFrom(from);
            gaps.copyFrom(typed);
            back.copyFrom(gaps);
            var expected = new float[60];
            for (int i = 0; i < values.length; i++) {
                expected[i] = (float) type.round(values[i]);
            }
            assertThat(typed.toFloatArray()).isEqualTo(expected);
            assertThat(back.toFloatArray()).isEqualTo(expected);
            assertThat(typed.bytes()).isEqualTo(60L * type.bytes());
        }
    }

    @Test
    void copyFrom_otherDims_refused() {
        try (Tensor a = Tensor.allocate(Dims.of(2, 3));
                Tensor b = Tensor.allocate(Dims.of(3, 2))) {
            assertThatThrownBy(() -> a.copyFrom(b))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("other must have dims 2x3, but had 3x2");
        }
    }

    @Test
    void toIntArray_largeIntegers_exact() {
        int[] values = {Integer.MAX_VALUE, Integer.MIN_VALUE, 16_777_217, -1};
        try (Tensor tensor = Tensor.of(values, DataType.S32, Dims.of(1, 2, 2), Layout.CHANNELS_LAST)) {
            assertThat(tensor.toIntArray(Layout.CHANNELS_LAST)).isEqualTo(values);
            assertThat(tensor.toIntArray(Layout.CHANNELS_FIRST))
                    .isEqualTo(new int[] {Integer.MAX_VALUE, 16_777_217, Integer.MIN_VALUE, -1});
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 256})
    void of_integerOutOfRange_refused(int value) {
        assertThatThrownBy(() -> Tensor.of(new int[] {value}, DataType.U8, Dims.of(1), Layout.CHANNELS_FIRST))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("values must be in the range of u8, but one was " + value);
    }

    @Test
    void toIntArray_floatingType_refused() {
        try (Tensor tensor = Tensor.allocate(Dims.of(1))) {
            assertThatThrownBy(() -> tensor.toIntArray(Layout.CHANNELS_FIRST))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("f32 1 strides [1]");
        }
    }

    @ParameterizedTest
    @EnumSource
    void parse_whatToStringPrints_isTheSame(DataType type) {
        assertThat(DataType.parse(type.toString())).isEqualTo(type);
        assertThatThrownBy(() -> DataType.parse(type + " "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("data type must be one of [f32, bf16, f16, s32, u8, s8], but was '" + type + " '");
    }

    @Test
    void round_toBf16NotANumber_staysOne() {
        for (double value : new double[] {Double.NaN, -Double.NaN}) {
            assertThat(DataType.BF16.round(value)).isNaN();
        }
        // Of all its bits set, adding would carry into the sign.
        double most = Float.intBitsToFloat(0x7fffffff);
        assertThat(HalfPrecision.toBfloat16(most) & 0x7fff).isGreaterThan(0x7f80);
    }
}
