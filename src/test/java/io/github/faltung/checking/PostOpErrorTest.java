package io.github.faltung.checking;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.convolution.PostOp;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PostOpErrorTest {
    static Stream<PostOp.Eltwise> functions() {
        return Stream.of(
                        PostOp.relu(),
                        PostOp.leakyRelu(0.1f),
                        PostOp.leakyRelu(-3),
                        PostOp.elu(0.5f),
                        PostOp.elu(2),
                        PostOp.gelu(),
                        PostOp.geluTanh(),
                        PostOp.swish(),
                        PostOp.swish(-0.3f),
                        PostOp.swish(4),
                        PostOp.hardswish(),
                        new PostOp.Eltwise(PostOp.Algorithm.HARDSWISH, 0.7f, -1.5f),
                        new PostOp.Eltwise(PostOp.Algorithm.HARDSWISH, -0.4f, 3f),
                        new PostOp.Eltwise(PostOp.Algorithm.HARDSWISH, 0.2f, 1f),
                        PostOp.sigmoid(),
                        PostOp.tanh(),
                        PostOp.clip(-1, 2),
                        PostOp.hardsigmoid(),
                        new PostOp.Eltwise(PostOp.Algorithm.HARDSIGMOID, -0.4f, 3f),
                        PostOp.mish(),
                        PostOp.softplus(),
                        new PostOp.Eltwise(PostOp.Algorithm.SOFT_RELU, -2, 0),
                        PostOp.linear(-1.5f, 3),
                        PostOp.abs())
                .map(PostOp.Eltwise.class::cast);
    }

    private static double apply(PostOp postOp, double x) {
        return WitnessPostOp.apply(postOp, new double[] {x}, new double[] {0})[0];
    }

    /** The constant is never exceeded, and attained: a larger one would weaken the proof. */
    @ParameterizedTest
    @MethodSource("functions")
    void slope_everywhere_isTheLeastConstant(PostOp.Eltwise function) {
        double step = 1e-3;
        double steepest = 0;
        for (double x = -30; x < 30; x += step) {
            steepest = Math.max(steepest, Math.abs(apply(function, x + step) - apply(function, x)) / step);
        }
        double slope = PostOpError.slope(function, -30, 30);
        assertThat(steepest).isLessThan(slope * (1 + 1e-9)).isGreaterThan(slope * 0.999);
    }

    @Test
    void slope_onOneSide_isThatSides() {
        assertThat(PostOpError.slope((PostOp.Eltwise) PostOp.relu(), -2, -1)).isZero();
        assertThat(PostOpError.slope((PostOp.Eltwise) PostOp.leakyRelu(3), 1, 2))
                .isEqualTo(1);
        assertThat(PostOpError.slope((PostOp.Eltwise) PostOp.leakyRelu(3), -1, 2))
                .isEqualTo(3);
        assertThat(PostOpError.slope((PostOp.Eltwise) PostOp.clip(0, 6), 7, 8)).isZero();
        assertThat(PostOpError.slope((PostOp.Eltwise) PostOp.clip(0, 6), 5, 8)).isEqualTo(1);
    }

    /** Arithmetic in float, from inputs that are off by up to the bound, stays within the bound behind. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 1e-6, 0.3})
    void after_arithmeticInFloat_isCovered(double bound) {
        var random = new Random(11);
        double worst = 0;
        for (int trial = 0; trial < 200_000; trial++) {
            float found = (random.nextFloat() - 0.5f) * 12;
            double x = found + (2 * random.nextDouble() - 1) * bound;
            float previous = random.nextFloat() * 5;
            worst = Math.max(
                    worst, ratio(PostOp.leakyRelu(0.3f), x, found, bound, found > 0 ? found : 0.3f * found, 0));
            worst = Math.max(
                    worst, ratio(PostOp.clip(-1.3f, 2), x, found, bound, Math.max(-1.3f, Math.min(2, found)), 0));
            float ramp = Math.max(0, Math.min(1, 0.17f * found + 0.4f));
            PostOp hardswish = new PostOp.Eltwise(PostOp.Algorithm.HARDSWISH, 0.17f, 0.4f);
            worst = Math.max(worst, ratio(hardswish, x, found, bound, found * ramp, 0));
            PostOp hardsigmoid = new PostOp.Eltwise(PostOp.Algorithm.HARDSIGMOID, 0.17f, 0.4f);
            worst = Math.max(worst, ratio(hardsigmoid, x, found, bound, ramp, 0));
            worst = Math.max(worst, ratio(PostOp.linear(0.3f, 0.7f), x, found, bound, 0.3f * found + 0.7f, 0));
            worst = Math.max(worst, ratio(PostOp.abs(), x, found, bound, Math.abs(found), 0));
            worst = Math.max(worst, ratio(PostOp.sum(0.7f), x, found, bound, found + 0.7f * previous, previous));
            float operand = (random.nextFloat() - 0.5f) * 8;
            worst = Math.max(worst, ratio(PostOp.add(0), x, found, bound, found + operand, operand));
            worst = Math.max(worst, ratio(PostOp.multiply(0), x, found, bound, found * operand, operand));
            worst = Math.max(worst, ratio(PostOp.max(0), x, found, bound, Math.max(found, operand), operand));
            worst = Math.max(worst, ratio(PostOp.min(0), x, found, bound, Math.min(found, operand), operand));
            worst = Math.max(
                    worst, ratio(PostOp.prelu(0), x, found, bound, found > 0 ? found : operand * found, operand));
        }
        assertThat(worst).isBetween(0.5, 1.0);
    }

    private static double ratio(PostOp postOp, double x, float in, double bound, float found, float previous) {
        double y = WitnessPostOp.apply(postOp, new double[] {x}, new double[] {previous})[0];
        double error = Math.abs(found - y);
        double after = PostOpError.after(postOp, x, y, bound, previous);
        assertThat(error).as("%s of %s", postOp, in).isLessThanOrEqualTo(after);
        return error == 0 ? 0 : error / after;
    }

    @Test
    void after_reluOfNegative_leavesNothing() {
        assertThat(PostOpError.after(PostOp.relu(), -3, 0, 0.1, 0)).isZero();
        assertThat(PostOpError.after(PostOp.relu(), 3, 3, 0.1, 0)).isEqualTo(0.1);
    }

    /** The least that is rigorous: a larger bound would weaken the proof. */
    @Test
    void after_constants_growByStretchAndRounding() {
        double rounding = 0x1p-24 + 0x1p-53;
        assertThat(PostOpError.after(PostOp.add(0), 3, 8, 0.25, 5)).isEqualTo(0.25 + rounding * 8.25);
        assertThat(PostOpError.after(PostOp.multiply(0), 3, -6, 0.25, -2))
                .isCloseTo(0.5 + rounding * 6.5, Offset.offset(1e-15));
        assertThat(PostOpError.after(PostOp.multiply(0), 3, 3, 0.25, 1)).isEqualTo(0.25);
        assertThat(PostOpError.after(PostOp.multiply(0), 3, 0, 0.25, 0)).isZero();
        assertThat(PostOpError.after(PostOp.max(0), 3, 3, 0.25, 3.125)).isEqualTo(0.25);
        assertThat(PostOpError.after(PostOp.max(0), 3, 3.25, 0.25, 3.25)).isZero();
        assertThat(PostOpError.after(PostOp.min(0), 3, 2.875, 0.25, 2.875)).isEqualTo(0.25);
        assertThat(PostOpError.after(PostOp.min(0), 3, 2.75, 0.25, 2.75)).isZero();
        assertThat(PostOpError.after(PostOp.prelu(0), 3, 3, 0.25, 7)).isEqualTo(0.25);
        assertThat(PostOpError.after(PostOp.prelu(0), -3, 0, 0.25, 0)).isZero();
        assertThat(PostOpError.after(PostOp.prelu(0), -3, -6, 0.25, 2))
                .isCloseTo(0.5 + rounding * 6.5, Offset.offset(1e-15));
    }

    /** What becomes of a NaN is defined where it is added or multiplied, and only there. */
    @Test
    void after_notDefined_isInfinite() {
        double nan = Double.NaN;
        double low = Double.NEGATIVE_INFINITY;
        for (PostOp chooses : new PostOp[] {PostOp.relu(), PostOp.max(0), PostOp.min(0), PostOp.prelu(0)}) {
            assertThat(PostOpError.after(chooses, nan, nan, 0, 1))
                    .as("%s", chooses)
                    .isInfinite();
        }
        for (PostOp keeps : new PostOp[] {PostOp.sum(), PostOp.add(0), PostOp.multiply(0)}) {
            assertThat(PostOpError.after(keeps, nan, nan, 0, 1)).as("%s", keeps).isNotEqualTo(Double.POSITIVE_INFINITY);
        }
        assertThat(PostOpError.after(PostOp.prelu(0), low, nan, 0, 0)).isInfinite();
        assertThat(PostOpError.after(PostOp.max(0), low, 2, 0, 2)).isZero();
    }

    @Test
    void after_infiniteBound_staysInfinite() {
        assertThat(PostOpError.after(PostOp.tanh(), 3, Math.tanh(3), Double.POSITIVE_INFINITY, 0))
                .isInfinite();
    }

    @Test
    void after_approximated_isOneDnnsThreshold() {
        assertThat(PostOpError.after(PostOp.sigmoid(), 1, 0.73, 0, 0)).isEqualTo(4e-6 * 0.73);
        assertThat(PostOpError.after(PostOp.tanh(), 1, 0.76, 0, 0)).isEqualTo(4e-5 * 0.76);
        assertThat(PostOpError.after(PostOp.elu(1), -1, -0.63, 0, 0)).isEqualTo(4e-5 * 0.63);
    }

    @Test
    void after_approximatedNearZeroOrCancelling_isAbsolute() {
        assertThat(PostOpError.after(PostOp.sigmoid(), -20, 2e-9, 0, 0)).isEqualTo(4e-6);
        assertThat(PostOpError.after(PostOp.elu(3), -1e-3, -0.003, 0, 0)).isEqualTo(4e-5 * 3);
        assertThat(PostOpError.after(PostOp.gelu(), -2, -0.0455, 0, 0)).isEqualTo(4e-6);
        assertThat(PostOpError.after(PostOp.geluTanh(), -3, -0.0036, 0, 0)).isEqualTo(4e-5);
        assertThat(PostOpError.after(PostOp.geluTanh(), -1, -0.1588, 0, 0)).isLessThan(4e-5 * 0.16);
    }

    @Test
    void after_infinity_isExactOrAnything() {
        double infinity = Double.POSITIVE_INFINITY;
        var level = new PostOp.Eltwise(PostOp.Algorithm.HARDSIGMOID, 0, 0.5f);

        assertThat(PostOpError.after(PostOp.hardswish(), infinity, infinity, 0, 0))
                .isZero();
        assertThat(PostOpError.after(PostOp.hardsigmoid(), infinity, 1, 0, 0)).isZero();
        assertThat(PostOpError.after(PostOp.hardswish(), -infinity, Double.NaN, 0, 0))
                .isInfinite(); // 0 · infinity
        assertThat(PostOpError.after(level, infinity, Double.NaN, 0, 0)).isInfinite();
    }

    @Test
    void after_softReluWhoseProductExceedsF32_mayBeAnything() {
        var steep = new PostOp.Eltwise(PostOp.Algorithm.SOFT_RELU, 3, 0);

        assertThat(PostOpError.after(steep, 3e38, 3e38, 0, 0)).isInfinite();
        assertThat(PostOpError.after(steep, 1e38, 1e38, 0, 0)).isLessThan(1e35);
        assertThat(PostOpError.after(PostOp.softplus(), 3e38, 3e38, 0, 0)).isLessThan(1e35);
    }
}
