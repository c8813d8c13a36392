package io.github.faltung.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StridesTest {
    private static final long SEED = 20260801;

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of(
                        Dims.of(2, 3), new long[] {3}, "strides must be 2, one for each axis of 2x3, but were [3]"),
                Arguments.of(
                        Dims.of(2, 3),
                        new long[] {6, 3, 1},
                        "strides must be 2, one for each axis of 2x3, but were [6, 3, 1]"),
                Arguments.of(Dims.of(2, 3), new long[] {3, 0}, "strides must be positive, but were [3, 0]"),
                Arguments.of(Dims.of(2, 3), new long[] {-3, 1}, "strides must be positive, but were [-3, 1]"),
                Arguments.of(Dims.of(1, 3), new long[] {0, 1}, "strides must be positive, but were [0, 1]"),
                Arguments.of(
                        Dims.of(2, 3),
                        new long[] {2, 1},
                        "strides must step over the whole of each faster axis, but [2, 1] for 2x3 steps 2 along axis 0,"
                                + " over 3 elements"),
                Arguments.of(
                        Dims.of(2, 3),
                        new long[] {1, 1},
                        "strides must step over the whole of each faster axis, but [1, 1] for 2x3 steps 1 along axis 1,"
                                + " over 2 elements"),
                Arguments.of(
                        Dims.of(2, 3),
                        new long[] {Long.MAX_VALUE, 1},
                        "strides must span fewer than 2^62 elements, but [9223372036854775807, 1] for 2x3 span more"),
                Arguments.of(
                        Dims.of(3, 2),
                        new long[] {1L << 62, 1},
                        "strides must span fewer than 2^62 elements, but [4611686018427387904, 1] for 3x2 span more"),
                Arguments.of(
                        Dims.of(2, 2),
                        new long[] {1L << 60, 1},
                        "tensor must have fewer than 2^62 bytes, but 2x2 f32 with strides [1152921504606846976, 1]"
                                + " has more"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void allocate_impossibleStrides_throwsWithNumbers(Dims dims, long[] strides, String message) {
        assertThatThrownBy(() -> Tensor.allocate(DataType.F32, dims, strides))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void span_stridesInAnyOrderWithGaps_isFromFirstToLastElement() {
        assertThat(Strides.span(Dims.of(2, 3), new long[] {3, 1})).isEqualTo(6);
        assertThat(Strides.span(Dims.of(2, 3), new long[] {1, 2})).isEqualTo(6);
        assertThat(Strides.span(Dims.of(2, 3), new long[] {10, 2})).isEqualTo(15);
        assertThat(Strides.span(Dims.of(1, 3), new long[] {1, 1})).isEqualTo(3); // one row: its stride doesn't matter
    }

    @Test
    void span_random_acceptsOnlyStridesThatShareNoPlace() {
        var random = new Random(SEED);
        int accepted = 0;
        for (int round = 0; round < 3000; round++) {
            Dims dims = Dims.of(1 + random.nextInt(3), 1 + random.nextInt(3), 1 + random.nextInt(3));
            long[] strides = {1 + random.nextInt(12), 1 + random.nextInt(12), 1 + random.nextInt(12)};
            long span;
            try {
                span = Strides.span(dims, strides);
            } catch (IllegalArgumentException e) {
                continue;
            }
            accepted++;
            Set<Long> places = new HashSet<>();
            for (long i = 0; i < dims.get(0); i++) {
                for (long j = 0; j < dims.get(1); j++) {
                    for (long k = 0; k < dims.get(2); k++) {
                        places.add(i * strides[0] + j * strides[1] + k * strides[2]);
                    }
                }
            }
            assertThat(places).as("seed %d round %d", SEED, round).hasSize((int) dims.elements());
            assertThat(places.stream().mapToLong(Long::longValue).max()).hasValue(span - 1);
        }
        assertThat(accepted).isGreaterThan(500);
    }
}
