package io.github.faltung.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each number, in blocks, becomes what {@link DataType#round} makes of it alone. */
class LaneConversionTest {
    private static final long SEED = 20261122;

    static Stream<Arguments> pairs() {
        return Stream.of(DataType.values())
                .flatMap(from -> Stream.of(DataType.values()).map(to -> Arguments.of(from, to)));
    }

    /** All patterns of the types that have at most 16 bits, and what is delicate of the others. */
    private static int[] patterns(DataType type) {
        return switch (type) {
            case U8, S8 -> IntStream.range(-128, 128).toArray();
            case BF16, F16 ->
                IntStream.range(Short.MIN_VALUE, Short.MAX_VALUE + 1).toArray();
            case F32 -> floats();
            case S32 -> integers();
        };
    }

    /**
     * With every sign and exponent fractions near each number that any shorter fraction ends in, or that lies in the middle of two: so
     * ties of every precision, both neighbours of each, and what carries into the exponent.
     */
    private static int[] floats() {
        int[] fractions = IntStream.rangeClosed(1, 23)
                .flatMap(cut -> IntStream.of(0, 1, 2, 3, (1 << (23 - cut)) - 2, (1 << (23 - cut)) - 1)
                        .flatMap(kept -> IntStream.of(
                                        -1, 0, 1, (1 << (cut - 1)) - 1, 1 << (cut - 1), (1 << (cut - 1)) + 1)
                                .map(rest -> ((kept << cut) + rest) & 0x7fffff)))
                .distinct()
                .toArray();
        return IntStream.range(0, 512)
                .flatMap(signAndExponent -> IntStream.of(fractions).map(fraction -> signAndExponent << 23 | fraction))
                .toArray();
    }

    /** Near all sums and differences of two powers of two, thus near all ties of short fractions; and at random. */
    private static int[] integers() {
        IntStream near = IntStream.range(0, 32)
                .flatMap(high -> IntStream.range(0, 32)
                        .flatMap(low -> IntStream.rangeClosed(-2, 2)
                                .flatMap(off ->
                                        IntStream.of((1 << high) + (1 << low) + off, (1 << high) - (1 << low) + off))));
        IntStream ties = new Random(SEED).ints(100_000).flatMap(bits -> {
            int cut = 1 + (bits & 15);
            int tie = (bits >> cut << cut) + (1 << (cut - 1));
            return IntStream.of(bits, tie - 1, tie, tie + 1);
        });
        return IntStream.concat(near, ties).toArray();
    }

    private static double value(DataType type, int pattern) {
        return switch (type) {
            case F32 -> Float.intBitsToFloat(pattern);
            case BF16 -> HalfPrecision.ofBfloat16((short) pattern);
            case F16 -> HalfPrecision.ofFloat16((short) pattern);
            case S32 -> pattern;
            case U8 -> pattern & 0xff;
            case S8 -> (byte) pattern;
        };
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void convert_everyDelicateNumber_isRoundedAsDefined(DataType from, DataType to) {
        int[] patterns = patterns(from);
        int[] lanes = patterns.clone();
        new LaneConversion(from, to, lanes.length).convert(lanes, lanes.length);
        for (int i = 0; i < lanes.length; i++) {
            double number = value(from, patterns[i]);
            double found = value(to, lanes[i]);
            // Bits tell −0 from 0; of a NaN they are all the same.
            if (Double.doubleToLongBits(found) != Double.doubleToLongBits(to.round(number))) {
                assertThat(found)
                        .as("%s %s, pattern %x, in %s", from, number, patterns[i], to)
                        .isEqualTo(to.round(number));
                assertThat(1 / found).as("sign of zero, of %s", number).isEqualTo(1 / to.round(number));
            }
        }
    }

    /** What the other type can represent comes back; of a NaN that it is one, in another type. */
    @ParameterizedTest
    @MethodSource("pairs")
    void convert_representableThereAndBack_isLossless(DataType from, DataType to) {
        int[] patterns = IntStream.of(patterns(from))
                .filter(pattern -> to.round(value(from, pattern)) == value(from, pattern))
                .toArray();
        assertThat(patterns).hasSizeGreaterThan(100);
        int[] lanes = patterns.clone();
        new LaneConversion(from, to, lanes.length).convert(lanes, lanes.length);
        for (int i = 0; i < lanes.length; i++) {
            // A block of the narrower type hands on its patterns sign-extended.
            lanes[i] = to.bytes() == 1 ? (byte) lanes[i] : to.bytes() == 2 ? (short) lanes[i] : lanes[i];
        }
        new LaneConversion(to, from, lanes.length).convert(lanes, lanes.length);
        for (int i = 0; i < lanes.length; i++) {
            if (value(from, lanes[i]) != value(from, patterns[i])) {
                assertThat(value(from, lanes[i])).isEqualTo(value(from, patterns[i]));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void convert_sameType_keepsEveryBit(DataType type) {
        int[] patterns = patterns(type);
        int[] lanes = patterns.clone();
        new LaneConversion(type, type, 0).convert(lanes, lanes.length);
        assertThat(lanes).isEqualTo(patterns);
    }

    @ParameterizedTest
    @EnumSource
    void convert_count_leavesTheOtherLanes(DataType to) {
        for (DataType from : DataType.values()) {
            int[] lanes = {77, 77, 77};
            new LaneConversion(from, to, 3).convert(lanes, 2);
            assertThat(lanes[2]).isEqualTo(77);
        }
    }
}
