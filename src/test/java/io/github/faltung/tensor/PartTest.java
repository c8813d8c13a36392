package io.github.faltung.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
