package io.github.faltung.checking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.convolution.Evaluation;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.tensor.Dims;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComparisonTest {
    private static final OutputSample THREE = OutputSample.of(Dims.of(3), 3, 1);

    /** Sums of 1000 products with much cancellation, so that the bound is wide beside an f32's spacing. */
    private static Evaluation evaluation(double... values) {
        return new Evaluation(new double[] {100, 100, 100}, new long[] {1000, 1000, 1000}, List.of(values), List.of());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void bounded_nudge_isFoundIfLargerThanTheBound(int position) {
        Evaluation expected = evaluation(0.25, -1, 2);
        double bound = ErrorBound.of(List.of(), expected)[position];
        for (double direction : new double[] {-1, 1}) {
            float[] found = {0.25f, -1, 2};
            found[position] += (float) (direction * 0.999 * bound);
            Comparison within = Comparison.bounded(List.of(), expected, THREE, found);
            assertThat(within.isMatch()).isTrue();
            assertThat(within.worstRatio()).isBetween(0.99, 1.0);

            found[position] += (float) (direction * 0.002 * bound);
            Comparison beyond = Comparison.bounded(List.of(), expected, THREE, found);
            assertThat(beyond.isMatch()).isFalse();
            assertThat(beyond.mismatches()).isEqualTo(1);
            assertThat(beyond.worst().position()).isEqualTo(position);
            assertThat(beyond.worst()).isEqualTo(beyond.first());
        }
    }

    @Test
    void bounded_postOp_usesItsBound() {
        var expected = new Evaluation(
                new double[] {100, 100, 100},
                new long[] {1000, 1000, 1000},
                List.of(new double[] {-1, -1, 1}, new double[] {0, 0, 1}),
                List.of(new double[0]));
        float[] found = {0, 1e-6f, 1};
        assertThat(Comparison.bounded(List.of(PostOp.relu()), expected, THREE, found)
                        .isMatch())
                .isFalse();
    }

    @Test
    void exact_lastBit_isFound() {
        Evaluation expected = evaluation(5, 0, 12_345_678);
        assertThat(Comparison.exact(expected, THREE, new float[] {5, -0f, 12_345_678})
                        .isMatch())
                .isTrue();
        Comparison comparison = Comparison.exact(expected, THREE, new float[] {5, Float.MIN_VALUE, 12_345_679});
        assertThat(comparison.mismatches()).isEqualTo(2);
        assertThat(comparison.worstRatio()).isInfinite();
        assertThat(comparison).asString().contains("2 of 3", "position 1");
    }

    @Test
    void bounded_wrongCount_isRefused() {
        assertThatThrownBy(() -> Comparison.bounded(List.of(), evaluation(1, 2, 3), THREE, new float[2]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3");
    }

    @Test
    void exact_expectedBetweenFloats_isRounded() {
        assertThat(Comparison.exact(evaluation(0.1, 1e9 + 1, 3), THREE, new float[] {0.1f, 1e9f, 3})
                        .isMatch())
                .isTrue();
    }
}
