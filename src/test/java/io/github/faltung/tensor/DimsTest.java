package io.github.faltung.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DimsTest {
    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of(new long[] {}, "dims must have 1 to 12 axes, but had 0"),
                Arguments.of(
                        new long[] {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, "dims must have 1 to 12 axes, but had 13"),
                Arguments.of(new long[] {0}, "dims must be positive, but axis 0 of 0 was 0"),
                Arguments.of(new long[] {2, 3, -4}, "dims must be positive, but axis 2 of 2x3x-4 was -4"),
                Arguments.of(
                        new long[] {Long.MIN_VALUE, 1},
                        "dims must be positive, but axis 0 of -9223372036854775808x1 was -9223372036854775808"),
                Arguments.of(
                        new long[] {1L << 32, 1L << 31},
                        "dims must have fewer than 2^63 elements, but were 4294967296x2147483648"),
                Arguments.of(
                        new long[] {3, Long.MAX_VALUE / 3 + 1},
                        "dims must have fewer than 2^63 elements, but were 3x3074457345618258603"),
                Arguments.of(
                        new long[] {1L << 32, 1L << 32, 1L << 32},
                        "dims must have fewer than 2^63 elements, but were 4294967296x4294967296x4294967296"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void of_brokenRule_throwsWithRuleAndValue(long[] extents, String message) {
        assertThatThrownBy(() -> Dims.of(extents))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void elements_largestProduct_isExact() {
        assertThat(Dims.of(3, Long.MAX_VALUE / 3).elements()).isEqualTo(9223372036854775806L);
        assertThat(Dims.of(1, Long.MAX_VALUE, 1).elements()).isEqualTo(Long.MAX_VALUE);
        assertThat(Dims.of(2, 3, 5, 7, 11, 13).elements()).isEqualTo(30030);
    }

    @Test
    void of_callersArrayChangedLater_keepsItsExtents() {
        long[] extents = {2, 3};
        Dims dims = Dims.of(extents);
        extents[0] = 99;
        dims.toArray()[1] = 99;

        assertThat(dims.toArray()).containsExactly(2, 3);
        assertThat(dims.get(0)).isEqualTo(2);
        assertThat(dims.rank()).isEqualTo(2);
    }

    @Test
    void equals_sameExtentsOnly_isTrue() {
        assertThat(Dims.of(2, 3)).isEqualTo(Dims.of(2, 3)).hasSameHashCodeAs(Dims.of(2, 3));
        assertThat(Dims.of(2, 3)).isNotEqualTo(Dims.of(3, 2)).isNotEqualTo(Dims.of(2, 3, 1));
        assertThat(Dims.of(2)).isNotEqualTo("2");
    }

    @Test
    void toString_extents_areJoinedByX() {
        assertThat(Dims.of(1, 64, 224, 224)).hasToString("1x64x224x224");
        assertThat(Dims.of(5)).hasToString("5");
    }
}
