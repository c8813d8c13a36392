package io.github.faltung.convolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class EvaluationTest {
    private final double[] sums = {1, -2};
    private final double[] afterRelu = {1, 0};
    private final double[] afterSum = {4, 4};
    private final double[] magnitudes = {5, 6};
    private final long[] products = {7, 8};
    private final double[] none = {};
    private final double[] held = {3, 4};
    private final Evaluation evaluation =
            new Evaluation(magnitudes, products, List.of(sums, afterRelu, afterSum), List.of(none, held));

    @Test
    void create_stagesAndOperands_areHandedOutAsGiven() {
        assertThat(evaluation.magnitudes()).isSameAs(magnitudes);
        assertThat(evaluation.products()).isSameAs(products);
        assertThat(evaluation.stages()).containsExactly(sums, afterRelu, afterSum);
        assertThat(evaluation.values()).isSameAs(afterSum);
    }

    @Test
    void operand_postOpWithAndWithout_isTheElementsOrZero() {
        assertThat(evaluation.operand(0, 1)).isZero();
        assertThat(evaluation.operand(1, 0)).isEqualTo(3);
        assertThat(evaluation.operand(1, 1)).isEqualTo(4);
    }

    @Test
    void withProducts_others_changesNothingElse() {
        long[] others = {1, 2};
        Evaluation changed = evaluation.withProducts(others);
        assertThat(changed.products()).isSameAs(others);
        assertThat(changed.magnitudes()).isSameAs(magnitudes);
        assertThat(changed.values()).isSameAs(afterSum);
        assertThat(changed.operand(1, 1)).isEqualTo(4);
    }

    @Test
    void create_operandsNotOneForEachPostOp_isRefused() {
        assertThatThrownBy(() -> new Evaluation(magnitudes, products, List.of(sums, afterRelu), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("operands must be those of 1 stages, but were those of 0");
    }
}
