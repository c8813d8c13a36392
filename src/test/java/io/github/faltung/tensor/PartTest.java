package io.github.faltung.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class PartTest {
    private final Part rows = Part.dense(Dims.of(2, 3, 4, 6), Layout.CHANNELS_FIRST);

    @Test
    void slice_everySecond_stepsOverOthers() {
        Part part = rows.slice(3, 1, 3, 2);

        assertThat(part).isEqualTo(new Part(1, Dims.of(2, 3, 4, 3), new long[] {72, 24, 6, 2}));
        assertThat(part.end()).isEqualTo(144);
    }

    @Test
    void slice_raggedEnd_isTaken() {
        // Columns 0, 2 and 4 of rows of five: three steps of 2 would reach into the next row, the elements don't.
        Part part = Part.dense(Dims.of(1, 1, 3, 5), Layout.CHANNELS_FIRST).slice(3, 0, 3, 2);

        assertThat(part.end()).isEqualTo(15);
    }

    @Test
    void split_axis_isTwoOfTheSameElements() {
        assertThat(rows.split(3, 2)).isEqualTo(new Part(0, Dims.of(2, 3, 4, 3, 2), new long[] {72, 24, 6, 2, 1}));
        assertThatThrownBy(() -> rows.split(3, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("inner must divide axis 3");
        assertThatThrownBy(() -> rows.split(3, 4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("inner must divide axis 3 of 2x3x4x6, but was 4");
    }

    @Test
    void permuteAndInsert_keepTheElements() {
        assertThat(rows.permute(0, 2, 3, 1)).isEqualTo(new Part(0, Dims.of(2, 4, 6, 3), new long[] {72, 6, 1, 24}));
        assertThat(rows.insert(2)).isEqualTo(new Part(0, Dims.of(2, 3, 1, 4, 6), new long[] {72, 24, 24, 6, 1}));
        assertThat(rows.insert(2).isDense(Layout.CHANNELS_FIRST)).isTrue();
    }

    @Test
    void sliceSplitInsert_middleAndEnds_areByHand() {
        assertThat(rows.slice(2, 1, 2, 2)).isEqualTo(new Part(6, Dims.of(2, 3, 2, 6), new long[] {72, 24, 12, 1}));
        assertThat(rows.slice(1, 1, 2)).isEqualTo(new Part(24, Dims.of(2, 2, 4, 6), new long[] {72, 24, 6, 1}));
        assertThat(rows.split(1, 3)).isEqualTo(new Part(0, Dims.of(2, 1, 3, 4, 6), new long[] {72, 72, 24, 6, 1}));
        assertThat(rows.insert(0)).isEqualTo(new Part(0, Dims.of(1, 2, 3, 4, 6), new long[] {144, 72, 24, 6, 1}));
        assertThat(rows.insert(4)).isEqualTo(new Part(0, Dims.of(2, 3, 4, 6, 1), new long[] {72, 24, 6, 1, 1}));
        assertThat(rows.shifted(5)).isEqualTo(new Part(5, rows.dims(), rows.strides()));
        assertThat(rows.shifted(5).shifted(-5)).isEqualTo(rows);
        assertThat(rows.stride(1)).isEqualTo(24);
    }

    @Test
    void equalsAndHashCode_eachComponent_counts() {
        var same = new Part(0, Dims.of(2, 3, 4, 6), new long[] {72, 24, 6, 1});
        assertThat(rows).isEqualTo(same).hasSameHashCodeAs(same).isNotEqualTo("rows");
        for (Part other :
                List.of(rows.shifted(1), rows.slice(3, 0, 5), new Part(0, rows.dims(), new long[] {73, 24, 6, 1}))) {
            assertThat(rows).isNotEqualTo(other);
            assertThat(rows.hashCode()).isNotEqualTo(other.hashCode());
        }
    }

    @Test
    void isOrdered_gapsBehindTheFastestAxis_areAllowed() {
        assertThat(rows.isOrdered(Layout.CHANNELS_FIRST)).isTrue();
        assertThat(rows.isOrdered(Layout.CHANNELS_LAST)).isFalse();
        assertThat(rows.slice(3, 0, 5).isOrdered(Layout.CHANNELS_FIRST)).isTrue();
        assertThat(rows.slice(3, 0, 5).isDense(Layout.CHANNELS_FIRST)).isFalse();
        assertThat(rows.slice(3, 0, 3, 2).isOrdered(Layout.CHANNELS_FIRST)).isFalse(); // gaps within
        assertThat(rows.slice(3, 0, 1).isOrdered(Layout.CHANNELS_FIRST)).isFalse(); // of what is now the fastest
        assertThat(rows.permute(0, 1, 3, 2).isOrdered(Layout.CHANNELS_FIRST)).isFalse();
        // Of one element each, axes may have any stride.
        assertThat(new Part(0, Dims.of(1, 1, 5), new long[] {3, 9, 1}).isOrdered(Layout.CHANNELS_FIRST))
                .isTrue();
        assertThat(new Part(0, Dims.of(2, 1, 5), new long[] {5, 9, 1}).isOrdered(Layout.CHANNELS_FIRST))
                .isTrue();
    }

    @Test
    void of_endAtTheLargestNumber_isTheLast() {
        long most = Long.MAX_VALUE / 2;

        assertThat(new Part(most - 6, Dims.of(2, 3), new long[] {3, 1}).end()).isEqualTo(most);
        assertThatThrownBy(() -> new Part(most - 5, Dims.of(2, 3), new long[] {3, 1}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("part must end before 2^62 elements");
        assertThatThrownBy(() -> rows.slice(3, 5, 2))
                .hasMessage("slice must lie within axis 3 of 2x3x4x6, but was 2 elements from 5 on, 1 apart");
        assertThatThrownBy(() -> rows.slice(3, 0, 0)).hasMessageStartingWith("slice must lie within");
        assertThatThrownBy(() -> rows.slice(3, 0, 1, 0)).hasMessageStartingWith("slice must lie within");
        assertThatThrownBy(() -> rows.slice(3, -1, 1)).hasMessageStartingWith("slice must lie within");
    }

    @Test
    void of_brokenRule_throwsWithRuleAndValue() {
        assertThatThrownBy(() -> new Part(-1, Dims.of(2), new long[] {1}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("offset must not be negative, but was -1");
        assertThatThrownBy(() -> new Part(0, Dims.of(2, 3), new long[] {2, 1}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("strides must step over the whole of each faster axis");
        assertThatThrownBy(() -> rows.slice(3, 4, 2, 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("slice must lie within axis 3 of 2x3x4x6, but was 2 elements from 4 on, 2 apart");
    }

    @Test
    void copy_betweenParts_movesJustThese() {
        try (Tensor from = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, Dims.of(2, 3));
                Tensor to = Tensor.of(new float[] {0, 0, 0, 0, 0, 0}, Dims.of(3, 2))) {
            Part columns = Part.of(from).slice(1, 1, 2);
            Part rows = Part.of(to).permute(1, 0).slice(1, 0, 2);

            Tensor.copy(from, columns, to, rows);

            assertThat(to.toFloatArray()).containsExactly(2, 5, 3, 6, 0, 0);
        }
    }

    @Test
    void copy_partThatDoesNotFit_throws() {
        try (Tensor small = Tensor.allocate(Dims.of(4));
                Tensor large = Tensor.allocate(Dims.of(8))) {
            Part eight = Part.of(large);
            assertThatThrownBy(() -> Tensor.copy(small, eight, large, eight))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("part must end within f32 4 strides [1], but was 8 strides [1] from 0");
            assertThatThrownBy(() -> Tensor.copy(large, eight, small, eight))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("part must end within");
            assertThatThrownBy(() -> Tensor.copy(large, eight, large, Part.of(small)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("to must have dims 8, but had 4");
        }
    }
}
