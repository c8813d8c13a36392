package io.github.faltung.checking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import org.junit.jupiter.api.Test;

class InnerProductTest {
    @Test
    void of_tensorsOfAnyLayout_isTheSumByHand() {
        Dims dims = Dims.of(1, 2, 2);
        try (Tensor a = Tensor.of(new float[] {1, -2, 3, 0}, dims);
                Tensor b = Tensor.of(new float[] {5, 7, -11, 13}, dims);
                Tensor turned = Tensor.of(new float[] {5, -11, 7, 13}, dims, Layout.CHANNELS_LAST)) {
            assertThat(InnerProduct.of(a, b)).isEqualTo(5 - 14 - 33);
            assertThat(InnerProduct.of(a, turned)).isEqualTo(5 - 14 - 33);
        }
    }

    @Test
    void of_largeTerms_isExactWhereDoublesAreNot() {
        float large = 0xffffff;
        try (Tensor a = Tensor.of(new float[] {large, large, 1}, Dims.of(3));
                Tensor b = Tensor.of(new float[] {large, large, 1}, Dims.of(3))) {
            assertThat(InnerProduct.of(a, b)).isEqualTo(2L * 0xffffff * 0xffffff + 1);
        }
    }

    @Test
    void of_fraction_throwsWithIt() {
        try (Tensor a = Tensor.of(new float[] {1, 2.5f}, Dims.of(2));
                Tensor b = Tensor.of(new float[] {1, 1}, Dims.of(2))) {
            assertThatThrownBy(() -> InnerProduct.of(b, a))
                    .isInstanceOf(ArithmeticException.class)
                    .hasMessage("must be an integer, but was 2.5");
        }
    }
}
