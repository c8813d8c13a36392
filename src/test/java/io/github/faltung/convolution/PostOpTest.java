package io.github.faltung.convolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.convolution.PostOp.Algorithm;
import io.github.faltung.convolution.PostOp.Eltwise;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Post-ops and padding: what is not part of a layer yet, so that messages have no problem to quote. */
class PostOpTest {
    private static Arguments refused(Supplier<Object> make, String message) {
        return Arguments.of(make, message);
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                refused(
                        () -> PostOp.leakyRelu(Float.NaN),
                        "alpha and beta of relu must be finite, but were NaN and 0.0"),
                refused(
                        () -> new Eltwise(Algorithm.HARDSWISH, 1, Float.NEGATIVE_INFINITY),
                        "alpha and beta of hardswish must be finite, but were 1.0 and -Infinity"),
                refused(
                        () -> PostOp.clip(2, 1.5f),
                        "clip's lower bound must not exceed its upper bound, but they were 2.0 and 1.5"),
                refused(
                        () -> new Eltwise(Algorithm.TANH, 0.5f, 0),
                        "tanh has 0 parameters, but alpha was 0.5 and beta 0.0"),
                refused(
                        () -> new Eltwise(Algorithm.ELU, 0.5f, 2),
                        "elu has 1 parameters, but alpha was 0.5 and beta 2.0"),
                refused(() -> PostOp.sum(Float.POSITIVE_INFINITY), "sum's scale must be finite, but was Infinity"),
                refused(
                        () -> Padding.symmetric(1, -2),
                        "padding must not be negative, but was [1, -2] before and [1, -2] after"),
                refused(
                        () -> Padding.explicit(List.of(1, 2), List.of(0, -1)),
                        "padding must not be negative, but was [1, 2] before and [0, -1] after"),
                refused(() -> Padding.of(-1), "padding must not be negative, but was [-1] before and [-1] after"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void create_brokenRule_throwsFieldRuleAndValue(Supplier<Object> make, String message) {
        assertThatThrownBy(make::get)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    static Stream<Arguments> texts() {
        return Stream.of(
                Arguments.of(PostOp.relu(), "relu:0.0"),
                Arguments.of(PostOp.leakyRelu(0.1f), "relu:0.1"),
                Arguments.of(PostOp.elu(1), "elu:1.0"),
                Arguments.of(PostOp.gelu(), "gelu_erf"),
                Arguments.of(PostOp.geluTanh(), "gelu_tanh"),
                Arguments.of(PostOp.swish(), "swish:1.0"),
                Arguments.of(PostOp.swish(1.702f), "swish:1.702"),
                Arguments.of(PostOp.hardswish(), "hardswish:0.16666667:0.5"),
                Arguments.of(PostOp.sigmoid(), "logistic"),
                Arguments.of(PostOp.tanh(), "tanh"),
                Arguments.of(PostOp.clip(-1, 6), "clip:-1.0:6.0"),
                Arguments.of(PostOp.clip(1, 1), "clip:1.0:1.0"),
                Arguments.of(PostOp.sum(), "sum:1.0"),
                Arguments.of(PostOp.sum(-0.5f), "sum:-0.5"));
    }

    @ParameterizedTest
    @MethodSource("texts")
    void toString_each_isOneDnnsAndParsesBack(PostOp postOp, String text) {
        assertThat(postOp).hasToString(text);
        assertThat(PostOpParser.parse(text)).containsExactly(postOp);
    }
}
