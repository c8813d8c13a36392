package io.github.faltung.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class LayoutTest {
    static Stream<Arguments> strides() {
        return Stream.of(
                Arguments.of(Layout.CHANNELS_FIRST, new long[] {2, 3, 4, 5}, new long[] {60, 20, 5, 1}),
                Arguments.of(Layout.CHANNELS_LAST, new long[] {2, 3, 4, 5}, new long[] {60, 1, 15, 3}),
                Arguments.of(Layout.SPATIAL_FIRST, new long[] {2, 3, 4, 5}, new long[] {1, 2, 30, 6}),
                Arguments.of(Layout.CHANNELS_FIRST, new long[] {2, 3, 4}, new long[] {12, 4, 1}),
                Arguments.of(Layout.CHANNELS_LAST, new long[] {2, 3, 4}, new long[] {12, 1, 3}),
                Arguments.of(Layout.SPATIAL_FIRST, new long[] {2, 3, 4}, new long[] {1, 2, 6}),
                Arguments.of(Layout.CHANNELS_FIRST, new long[] {2, 3, 4, 5, 6}, new long[] {360, 120, 30, 6, 1}),
                Arguments.of(Layout.CHANNELS_LAST, new long[] {2, 3, 4, 5, 6}, new long[] {360, 1, 90, 18, 3}),
                Arguments.of(Layout.SPATIAL_FIRST, new long[] {2, 3, 4, 5, 6}, new long[] {1, 2, 180, 36, 6}),
                Arguments.of(Layout.CHANNELS_LAST, new long[] {2, 3}, new long[] {3, 1}),
                Arguments.of(Layout.SPATIAL_FIRST, new long[] {2, 3}, new long[] {1, 2}),
                Arguments.of(Layout.CHANNELS_FIRST, new long[] {7}, new long[] {1}),
                Arguments.of(Layout.CHANNELS_LAST, new long[] {7}, new long[] {1}),
                Arguments.of(Layout.SPATIAL_FIRST, new long[] {7}, new long[] {1}),
                // More than 2^31 elements.
                Arguments.of(Layout.CHANNELS_LAST, new long[] {2, 3, 1L << 33}, new long[] {3L << 33, 1, 3}));
    }

    @ParameterizedTest
    @MethodSource("strides")
    void strides_ofDims_areThoseOfTheOrderInMemory(Layout layout, long[] extents, long[] strides) {
        assertThat(layout.strides(Dims.of(extents))).containsExactly(strides);
    }

    @ParameterizedTest
    @EnumSource
    void order_anyRank_namesEachAxisOnce(Layout layout) {
        for (int rank = 1; rank <= Dims.MAX_RANK; rank++) {
            Set<Integer> axes = new HashSet<>();
            for (int axis : layout.order(rank)) {
                assertThat(axis).isBetween(0, rank - 1);
                axes.add(axis);
            }
            assertThat(axes).as("%s of rank %d", layout, rank).hasSize(rank);
        }
    }
}
