package io.github.faltung.convolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The numbers that the constants' Javadoc gives, and which of them may stand for which. */
class PrecisionTest {
    private static void assertNumbers(Precision precision, int parts, int products, double error, double next) {
        assertThat(precision.parts()).as("parts of %s", precision).isEqualTo(parts);
        assertThat(precision.products()).as("products of %s", precision).isEqualTo(products);
        assertThat(precision.error()).as("error of %s", precision).isEqualTo(error, within(next));
        assertThat(precision.error()).as("error of %s", precision).isGreaterThanOrEqualTo(error);
    }

    /** The error's leading term is exact; what comes with another u = 2⁻⁸ is within the last argument. */
    @Test
    void numbers_eachPrecision_areThoseOfItsParts() {
        assertNumbers(Precision.STRICT, 1, 1, 0, 0);
        assertNumbers(Precision.SPLIT_BF16_6, 3, 6, 4 * 0x1p-24, 8.5 * 0x1p-32);
        assertNumbers(Precision.SPLIT_BF16_3, 2, 3, 3 * 0x1p-16, 3.5 * 0x1p-24);
        assertNumbers(Precision.BF16, 1, 1, 2 * 0x1p-8, 1.5 * 0x1p-16);
    }

    @Test
    void excess_anyButStrict_isFiveUnits() {
        assertThat(Precision.STRICT.excess()).isZero();
        assertThat(Precision.BF16.excess()).isEqualTo(5.0 / 256);
        assertThat(Precision.SPLIT_BF16_3.excess()).isEqualTo(5.0 / 256);
        assertThat(Precision.SPLIT_BF16_6.excess()).isEqualTo(5.0 / 256);
    }

    @Test
    void satisfies_asExactOrMore_does() {
        List<Precision> fromTheMostExact =
                List.of(Precision.STRICT, Precision.SPLIT_BF16_6, Precision.SPLIT_BF16_3, Precision.BF16);
        for (int computed = 0; computed < 4; computed++) {
            for (int wanted = 0; wanted < 4; wanted++) {
                assertThat(fromTheMostExact.get(computed).satisfies(fromTheMostExact.get(wanted)))
                        .as("%s for %s", fromTheMostExact.get(computed), fromTheMostExact.get(wanted))
                        .isEqualTo(computed <= wanted);
            }
        }
    }

    @Test
    void parse_eachName_isReadBack() {
        assertThat(Precision.parse("strict")).isEqualTo(Precision.STRICT);
        assertThat(Precision.parse("split_bf16_6")).isEqualTo(Precision.SPLIT_BF16_6);
        assertThat(Precision.parse("split_bf16_3")).isEqualTo(Precision.SPLIT_BF16_3);
        assertThat(Precision.parse("bf16")).isEqualTo(Precision.BF16);
        assertThatThrownBy(() -> Precision.parse("BF16"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("precision must be one of [strict, split_bf16_6, split_bf16_3, bf16], but was 'BF16'");
    }
}
