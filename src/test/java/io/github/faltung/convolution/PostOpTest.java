package io.github.faltung.convolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.convolution.PostOp.Algorithm;
import io.github.faltung.convolution.PostOp.Eltwise;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
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
                refused(() -> new Eltwise(Algorithm.SOFT_RELU, 0, 0), "alpha of soft_relu must not be 0, but was 0.0"),
                refused(() -> PostOp.sum(Float.POSITIVE_INFINITY), "sum's scale must be finite, but was Infinity"),
                refused(() -> PostOp.add(1, Float.NaN), "operands of add must be finite, but were [1.0, NaN]"),
                refused(
                        () -> PostOp.multiply(Float.NEGATIVE_INFINITY),
                        "operands of mul must be finite, but were [-Infinity]"),
                refused(PostOp::max, "operands of max must be one or one for each output channel, but were none"),
                refused(
                        () -> PostOp.prelu(0.1f, Float.POSITIVE_INFINITY),
                        "slopes of prelu must be finite, but were [0.1, Infinity]"),
                refused(PostOp::prelu, "slopes of prelu must be one or one for each output channel, but were none"),
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
                Arguments.of(PostOp.hardsigmoid(), "hardsigmoid:0.16666667:0.5"),
                Arguments.of(PostOp.mish(), "mish"),
                Arguments.of(PostOp.softplus(), "soft_relu:1.0"),
                Arguments.of(PostOp.linear(2, -1), "linear:2.0:-1.0"),
                Arguments.of(PostOp.abs(), "abs"),
                Arguments.of(PostOp.clip(-1, 6), "clip:-1.0:6.0"),
                Arguments.of(PostOp.clip(1, 1), "clip:1.0:1.0"),
                Arguments.of(PostOp.sum(), "sum:1.0"),
                Arguments.of(PostOp.sum(-0.5f), "sum:-0.5"),
                Arguments.of(PostOp.add(0.5f), "add:0.5"),
                Arguments.of(PostOp.add(1, -2e-20f, 3e20f), "add:1.0*-2.0E-20*3.0E20"),
                Arguments.of(PostOp.multiply(2, 0), "mul:2.0*0.0"),
                Arguments.of(PostOp.max(-1), "max:-1.0"),
                Arguments.of(PostOp.min(6, 7), "min:6.0*7.0"),
                Arguments.of(PostOp.prelu(0.25f), "prelu:0.25"),
                Arguments.of(PostOp.prelu(0.1f, 0.2f), "prelu:0.1*0.2"));
    }

    @Test
    void operand_oneOrOneForEach_isTheChannels() {
        assertThat(((PostOp.PerChannel) PostOp.add(3)).operand(5)).isEqualTo(3);
        assertThat(((PostOp.PerChannel) PostOp.prelu(3, 4, 5)).operand(1)).isEqualTo(4);
    }

    @Test
    void create_callersListChangedLater_keepsItsOwn() {
        Float[] operands = {1f, 2f};
        var binary = new PostOp.Binary(PostOp.Operation.MIN, Arrays.asList(operands));
        var prelu = new PostOp.Prelu(Arrays.asList(operands));
        operands[0] = 9f;
        assertThat(binary).isEqualTo(PostOp.min(1, 2));
        assertThat(prelu).isEqualTo(PostOp.prelu(1, 2));
    }

    @Test
    void parse_chain_isReadInOrder() {
        assertThat(PostOp.parse("sum+mul:2*3+relu"))
                .containsExactly(PostOp.sum(), PostOp.multiply(2, 3), PostOp.relu());
    }

    @ParameterizedTest
    @MethodSource("texts")
    void toString_each_isOneDnnsAndParsesBack(PostOp postOp, String text) {
        assertThat(postOp).hasToString(text);
        assertThat(PostOpParser.parse(text)).containsExactly(postOp);
    }

    /** What the factories leave to be known: the names and parameters are those of oneDNN's lines. */
    @Test
    void create_eachFactory_isWhatALineSays() {
        assertThat(PostOp.parse("relu+relu:0.5+elu:2"))
                .containsExactly(PostOp.relu(), PostOp.leakyRelu(0.5f), PostOp.elu(2));
        assertThat(PostOp.parse("gelu_erf+gelu_tanh")).containsExactly(PostOp.gelu(), PostOp.geluTanh());
        assertThat(PostOp.parse("swish:1+swish:3")).containsExactly(PostOp.swish(), PostOp.swish(3));
        assertThat(PostOp.parse("hardswish:0.16666667:0.5+hardsigmoid:0.16666667:0.5"))
                .containsExactly(PostOp.hardswish(), PostOp.hardsigmoid());
        assertThat(PostOp.parse("logistic+tanh+mish+soft_relu:1"))
                .containsExactly(PostOp.sigmoid(), PostOp.tanh(), PostOp.mish(), PostOp.softplus());
        assertThat(PostOp.parse("linear:2:-1+abs+clip:-1:6"))
                .containsExactly(PostOp.linear(2, -1), PostOp.abs(), PostOp.clip(-1, 6));
        assertThat(PostOp.parse("sum:0.5+max:1*2+min:3"))
                .containsExactly(PostOp.sum(0.5f), PostOp.max(1, 2), PostOp.min(3));
    }
}
