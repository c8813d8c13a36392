package io.github.faltung.checking;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.tensor.DataType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviationTest {
    @ParameterizedTest
    @CsvSource({
        "1, 1, 0, false",
        "1, 1.5, 0, true",
        "1, 1.5, 0.5, false",
        "1, 1.5, 0.49, true",
        "0, -0.0, 0, false",
        "NaN, NaN, 0, false",
        "NaN, 0, 1, true",
        "NaN, 0, Infinity, false", // a NaN that has met an element-wise post-op
        "0, NaN, 1, true",
        "0, NaN, Infinity, false", // partial sums that overflow both ways, or a post-op of one that overflows
        "0, NaN, 1e39, true", // partial sums that overflow one way
        "0, NaN, 1e38, true",
        "Infinity, NaN, Infinity, true",
        "Infinity, Infinity, 0, false",
        "Infinity, -Infinity, 1, true",
        "Infinity, 3e38, 1, true",
        "-Infinity, -Infinity, 0, false",
        "-Infinity, Infinity, Infinity, true",
        "1, Infinity, 1, true",
        "3.4e38, Infinity, 1e36, false",
        "3.4e38, Infinity, 1e30, true",
        "3.4e38, -Infinity, 1e36, true",
        "-3.4e38, -Infinity, 1e36, false",
        "1e39, Infinity, 1, false",
        "1e38, Infinity, 2.5e38, false", // partial sums that overflow upwards
        "1e38, -Infinity, 2.5e38, true",
        "3.4028235e38, Infinity, 1e30, true", // not as far as half a step beyond the largest number
        "3.4028235e38, Infinity, 1.1e31, false",
        "1e39, 3.4e38, 1, true",
        "0, Infinity, Infinity, false",
        "0, -Infinity, Infinity, false",
        "0, 5, Infinity, false",
        "0, 5, NaN, true"
    })
    void isMismatch_expectedFoundBound_followsTheRules(double expected, float found, double bound, boolean mismatch) {
        assertThat(new Deviation(0, expected, found, bound).isMismatch()).isEqualTo(mismatch);
    }

    @ParameterizedTest
    @CsvSource({
        "F16, 65500, Infinity, 19, true", // f16 ends at 65504, and rounds to it what is less than 65520
        "F16, 65500, Infinity, 20, false",
        "F16, 65500, -Infinity, 20, true",
        "F16, 65500, NaN, 20, true",
        "F16, -65500, -Infinity, 20, false",
        "BF16, 3.39e38, Infinity, 1e36, false", // bf16 at 3.3895e38
        "BF16, 3.38e38, Infinity, 1e36, true",
    })
    void isMismatch_infinityOfAShortType_isWhatTheFurthestNumberRoundsTo(
            DataType type, double expected, double found, double bound, boolean mismatch) {
        assertThat(new Deviation(0, expected, found, bound, type).isMismatch()).isEqualTo(mismatch);
    }
}
