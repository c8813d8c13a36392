package io.github.faltung.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ReferencePostOpTest {
    private static final double[] XS = {-20, -5.5, -3, -1, -0.5, -0x1p-20, 0, 0x1p-20, 0.25, 1, 2, 3.75, 17};

    private static double apply(PostOp postOp, double x) {
        return ReferencePostOp.apply(postOp, new double[] {x}, new double[] {0})[0];
    }

    private static Arguments exactly(PostOp postOp, double... xy) {
        return Arguments.of(postOp, xy);
    }

    static Stream<Arguments> exact() {
        return Stream.of(
                exactly(PostOp.relu(), -2, 0, -0.5, 0, 0, 0, 0.5, 0.5, 3, 3),
                exactly(PostOp.leakyRelu(0.25f), -2, -0.5, -1, -0.25, 0, 0, 3, 3),
                exactly(PostOp.leakyRelu(-1), -2, 2, 2, 2),
                exactly(PostOp.clip(-1, 6), -2, -1, -1, -1, 0, 0, 5.5, 5.5, 6, 6, 7, 6),
                // x·max(0, min(1, x/4 + 1/2)), whose parameters floats hold.
                exactly(
                        new PostOp.Eltwise(PostOp.Algorithm.HARDSWISH, 0.25f, 0.5f),
                        -3,
                        0,
                        -2,
                        0,
                        -1,
                        -0.25,
                        0,
                        0,
                        1,
                        0.75,
                        2,
                        2,
                        9,
                        9),
                exactly(PostOp.elu(2), 0, 0, 3, 3),
                exactly(PostOp.sigmoid(), 0, 0.5, 1000, 1, -1000, 0),
                exactly(PostOp.tanh(), 0, 0, 1000, 1, -1000, -1),
                exactly(PostOp.swish(), 0, 0, 1000, 1000),
                exactly(PostOp.gelu(), 0, 0, 100, 100, -100, 0),
                exactly(PostOp.geluTanh(), 0, 0, 100, 100, -100, 0));
    }

    @ParameterizedTest
    @MethodSource("exact")
    void apply_whereTheValueIsExact_isThatValue(PostOp postOp, double[] xy) {
        for (int i = 0; i < xy.length; i += 2) {
            assertThat(apply(postOp, xy[i]) + 0.0).as("%s of %s", postOp, xy[i]).isEqualTo(xy[i + 1]);
        }
    }

    private static Arguments formula(PostOp postOp, Function<BigDecimal, BigDecimal> exact) {
        return Arguments.of(postOp, exact);
    }

    private static BigDecimal ifPositive(BigDecimal x, BigDecimal otherwise) {
        return x.signum() > 0 ? x : otherwise;
    }

    static Stream<Arguments> transcendental() {
        BigDecimal half = Decimal.of(0.5);
        BigDecimal slope = Decimal.of(1.702f);
        return Stream.of(
                formula(PostOp.elu(1), x -> ifPositive(x, Decimal.exp(x).subtract(Decimal.ONE))),
                formula(
                        PostOp.elu(0.5f),
                        x -> ifPositive(x, Decimal.exp(x).subtract(Decimal.ONE).multiply(half))),
                formula(PostOp.sigmoid(), Decimal::sigmoid),
                formula(PostOp.tanh(), Decimal::tanh),
                formula(PostOp.swish(), x -> x.multiply(Decimal.sigmoid(x))),
                formula(PostOp.swish(1.702f), x -> x.multiply(Decimal.sigmoid(x.multiply(slope)))),
                formula(
                        PostOp.gelu(),
                        x -> x.multiply(half)
                                .multiply(Decimal.ONE.add(
                                        Decimal.erf(x.divide(Decimal.TWO.sqrt(Decimal.DIGITS), Decimal.DIGITS))))),
                formula(PostOp.geluTanh(), ReferencePostOpTest::geluTanh));
    }

    private static BigDecimal geluTanh(BigDecimal x) {
        BigDecimal cubic = x.add(x.pow(3).multiply(new BigDecimal("0.044715")));
        BigDecimal factor = Decimal.TWO.divide(Decimal.PI, Decimal.DIGITS).sqrt(Decimal.DIGITS);
        return x.divide(Decimal.TWO).multiply(Decimal.ONE.add(Decimal.tanh(cubic.multiply(factor))));
    }

    /** Within 2⁻⁴⁵ of the larger of value and argument: eight bits for roundings, far below half a float's last place. */
    @ParameterizedTest
    @MethodSource("transcendental")
    void apply_manyValues_agreesWithTheFormulaToSixtyDigits(PostOp postOp, Function<BigDecimal, BigDecimal> exact) {
        for (double x : XS) {
            double expected = exact.apply(Decimal.of(x)).doubleValue();
            assertThat(apply(postOp, x))
                    .as("%s of %s", postOp, x)
                    .isCloseTo(expected, Offset.offset(0x1p-45 * Math.max(Math.abs(x), Math.abs(expected))));
        }
    }

    private static Arguments published(PostOp postOp, double x, double y, double lastPlace) {
        return Arguments.of(postOp, x, y, lastPlace);
    }

    static Stream<Arguments> tables() {
        return Stream.of(
                // x·Φ(x), Φ of Abramowitz and Stegun, table 26.1.
                published(PostOp.gelu(), 1, 0.8413447461, 1e-10),
                published(PostOp.gelu(), 2, 2 * 0.9772498681, 2e-10),
                published(PostOp.gelu(), 0.5, 0.5 * 0.6914624613, 1e-10),
                published(PostOp.gelu(), -1, -(1 - 0.8413447461), 1e-10),
                // Table 4.15, hyperbolic functions; table 4.4, e⁻¹.
                published(PostOp.tanh(), 1, 0.76159416, 1e-8),
                published(PostOp.tanh(), 0.5, 0.46211716, 1e-8),
                published(PostOp.elu(1), -1, 0.36787944117 - 1, 1e-11),
                published(PostOp.sigmoid(), 1, 1 / (1 + 0.36787944117), 1e-11),
                published(PostOp.swish(), 1, 1 / (1 + 0.36787944117), 1e-11),
                // x·relu6(x + 3)/6 (Howard et al. 2019); 1/6 is a float here.
                published(PostOp.hardswish(), 1, 4 / 6.0, 0x1p-26),
                published(PostOp.hardswish(), -1, -2 / 6.0, 0x1p-26),
                published(PostOp.hardswish(), 4, 4, 0),
                published(PostOp.hardswish(), -4, 0, 0),
                published(PostOp.hardsigmoid(), 1, 4 / 6.0, 0x1p-26),
                published(PostOp.hardsigmoid(), 4, 1, 0),
                published(PostOp.hardsigmoid(), -4, 0, 0),
                // ln 2, and tanh(ln(1 + e)) = ((1 + e)² − 1) / ((1 + e)² + 1).
                published(PostOp.softplus(), 0, 0.69314718056, 1e-11),
                published(PostOp.softplus(), 800, 800, 0),
                published(PostOp.mish(), 1, 0.8650983883, 1e-10),
                published(PostOp.mish(), -1000, 0, 0),
                published(PostOp.linear(-2, 3), 5, -7, 0),
                published(PostOp.abs(), -2.5, 2.5, 0));
    }

    @ParameterizedTest
    @MethodSource("tables")
    void apply_publishedValue_agreesToItsLastPlace(PostOp postOp, double x, double y, double lastPlace) {
        assertThat(apply(postOp, x)).as("%s of %s", postOp, x).isCloseTo(y, Offset.offset(lastPlace));
    }

    @Test
    void apply_constants_combineWithTheChannelsNumber() {
        double[] x = {-3, -0.5, 0, 2, 8};
        double[] operands = {2, -4, 0.5, -2, 8};
        assertThat(ReferencePostOp.apply(PostOp.add(0), x, operands)).containsExactly(-1, -4.5, 0.5, 0, 16);
        assertThat(ReferencePostOp.apply(PostOp.multiply(0), x, operands)).containsExactly(-6, 2, 0, -4, 64);
        assertThat(ReferencePostOp.apply(PostOp.max(0), x, operands)).containsExactly(2, -0.5, 0.5, 2, 8);
        assertThat(ReferencePostOp.apply(PostOp.min(0), x, operands)).containsExactly(-3, -4, 0, -2, 8);
        assertThat(ReferencePostOp.apply(PostOp.prelu(0), x, operands)).containsExactly(-6, 2, 0, 2, 8);
    }

    /** Two images of three channels of two elements. */
    @Test
    void operands_sample_areThoseOfItsChannels() {
        long[] outputs = {11, 0, 5, 2, 8};
        List<PostOp> chain =
                List.of(PostOp.add(10, 20, 30), PostOp.relu(), PostOp.sum(7), PostOp.prelu(0.5f), PostOp.min(1, 2, 3));
        try (Tensor dst = Tensor.of(new float[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, Dims.of(2, 3, 2))) {
            List<double[]> operands = ReferencePostOp.operands(
                    ConvolutionDescriptor.conv1d(1, 3).postOps(chain).build(), dst, outputs);
            assertThat(operands.get(0)).containsExactly(30, 10, 30, 20, 20);
            assertThat(operands.get(1)).isEmpty();
            assertThat(operands.get(2)).containsExactly(11, 0, 5, 2, 8);
            assertThat(operands.get(3)).containsExactly(0.5, 0.5, 0.5, 0.5, 0.5);
            assertThat(operands.get(4)).containsExactly(3, 1, 3, 2, 2);
        }
    }

    @Test
    void apply_sum_addsTheScaledDestination() {
        assertThat(ReferencePostOp.apply(PostOp.sum(0.5f), new double[] {1, 2}, new double[] {10, -20}))
                .containsExactly(6, -8);
    }
}
