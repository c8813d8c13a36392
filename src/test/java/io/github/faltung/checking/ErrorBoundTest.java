package io.github.faltung.checking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.faltung.convolution.Evaluation;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.convolution.Precision;
import io.github.faltung.tensor.Dims;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorBoundTest {
    private static Evaluation sum(long products, double magnitude, double value) {
        return new Evaluation(
                new double[] {magnitude}, new long[] {products}, List.of(new double[] {value}), List.of());
    }

    private static double bound(Evaluation evaluation, PostOp... chain) {
        return ErrorBound.of(List.of(chain), evaluation)[0];
    }

    @Test
    void of_noProducts_isExact() {
        assertThat(bound(sum(0, 3.5, 3.5))).isZero();
        assertThat(bound(sum(0, 0, 0))).isZero();
    }

    @Test
    void of_sum_isGammaTimesMagnitude() {
        assertThat(bound(sum(99, 10, 1)) / (100 * 0x1p-24 * 10)).isBetween(1.0, 1.00002);
    }

    private static boolean passes(Evaluation evaluation, float found, PostOp... chain) {
        OutputSample one = OutputSample.of(Dims.of(1, 1, 1), 2, 1);
        return Comparison.bounded(List.of(chain), evaluation, one, new float[] {found})
                .isMatch();
    }

    @Test
    void of_manyOrInfiniteTerms_isInfiniteOrExact() {
        assertThat(bound(sum(1 << 25, 1, 1))).isInfinite();
        assertThat(bound(sum(3, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY)))
                .isZero();
        assertThat(bound(sum(3, Double.POSITIVE_INFINITY, Double.NaN))).isZero();
        assertThat(bound(sum(3, Double.NaN, Double.NaN))).isZero();
    }

    /** What an order of summation makes of terms passes; what none can make does not. */
    @ParameterizedTest
    @CsvSource({
        // No sum of some of them overflows, though all together would.
        "1.6e38, -1.5e38, 1.6e38, -1.5e38, false, false, false",
        // Two do, upwards; at the end of 3, 3, -2.9, which is 3.1, there is room.
        "3e38, 3e38, -2.9e38, 1e30, true, false, false",
        "-3e38, -3e38, 2.9e38, 1e30, false, true, false",
        // Two of each sign do: (3 + 3) + (-3 - 3).
        "3e38, 3e38, -3e38, -2.9e38, true, true, true",
    })
    void of_termsBeyondFloat_allowsTheInfinitiesThatAnOrderMakes(
            float a, float b, float c, float d, boolean upwards, boolean downwards, boolean both) {
        double magnitude = (double) Math.abs(a) + Math.abs(b) + Math.abs(c) + Math.abs(d);
        Evaluation evaluation = sum(4, magnitude, (double) a + b + c + d);
        List<Float> made = everyOrder(List.of(a, b, c, d));

        assertThat(made).contains((float) ((double) a + b + c + d));
        assertThat(made).allMatch(found -> passes(evaluation, found));
        assertThat(List.of(
                        made.contains(Float.POSITIVE_INFINITY),
                        made.contains(Float.NEGATIVE_INFINITY),
                        made.contains(Float.NaN)))
                .containsExactly(upwards, downwards, both);
        assertThat(passes(evaluation, Float.POSITIVE_INFINITY)).isEqualTo(upwards);
        assertThat(passes(evaluation, Float.NEGATIVE_INFINITY)).isEqualTo(downwards);
        assertThat(passes(evaluation, Float.NaN)).isEqualTo(both);
    }

    /** Adds up in each way: any two first, then any two of what there is. */
    private static List<Float> everyOrder(List<Float> terms) {
        if (terms.size() == 1) {
            return terms;
        }
        var sums = new ArrayList<Float>();
        for (int i = 0; i < terms.size(); i++) {
            for (int j = 0; j < i; j++) {
                var rest = new ArrayList<>(terms);
                rest.remove(i);
                rest.set(j, terms.get(i) + terms.get(j));
                sums.addAll(everyOrder(rest));
            }
        }
        return sums;
    }

    /** Gelu multiplies −∞ by 0. */
    @Test
    void of_postOpOfWhatMayOverflow_allowsAnything() {
        var gelu = new Evaluation(
                new double[] {6e38},
                new long[] {4},
                List.of(new double[] {-2e38}, new double[] {-0.0}),
                List.of(new double[0]));
        assertThat(passes(gelu, Float.NaN, PostOp.gelu())).isTrue();

        var doubled = new Evaluation(
                new double[] {3e38},
                new long[] {4},
                List.of(new double[] {3e38}, new double[] {6e38}, new double[] {3e38}),
                List.of(new double[] {2}, new double[] {0.5}));
        assertThat(passes(doubled, Float.POSITIVE_INFINITY, PostOp.multiply(2), PostOp.multiply(0.5f)))
                .isTrue();
        assertThat(passes(doubled, 3e38f, PostOp.multiply(2), PostOp.multiply(0.5f)))
                .isTrue();
    }

    /** What is finite whatever the order is held to its bound, and so is what follows. */
    @Test
    void of_postOpOfWhatDoesNotOverflow_isBounded() {
        var halved = new Evaluation(
                new double[] {6e38},
                new long[] {4},
                List.of(new double[] {1e37}, new double[] {5e36}),
                List.of(new double[] {0.5}));
        assertThat(passes(halved, 5e36f, PostOp.multiply(0.5f))).isTrue();
        assertThat(passes(halved, Float.NaN, PostOp.multiply(0.5f))).isFalse();
        assertThat(passes(halved, 0, PostOp.multiply(0.5f))).isFalse();
    }

    /** Sums in float, in orders good and bad, must stay within the bound; and the worst of them must use some of it. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 100, 5000})
    void of_sum_coversEveryOrder(int products) {
        var random = new Random(products);
        double worst = 0;
        for (int trial = 0; trial < 300; trial++) {
            var x = new float[products];
            var w = new float[products];
            double exact = 0;
            double magnitude = 0;
            for (int i = 0; i < products; i++) {
                x[i] = random.nextFloat() * (trial % 2 == 0 ? 1 : random.nextInt(1000));
                w[i] = (random.nextFloat() - (trial % 3 == 0 ? 0 : 0.5f));
                exact += (double) x[i] * w[i];
                magnitude += Math.abs((double) x[i] * w[i]);
            }
            double bound = bound(sum(products, magnitude, exact));
            for (float found : new float[] {inOrder(x, w), ordered(x, w, false), ordered(x, w, true), fused(x, w)}) {
                assertThat(Math.abs(found - exact)).isLessThanOrEqualTo(bound);
                worst = Math.max(worst, Math.abs(found - exact) / bound);
            }
        }
        assertThat(worst).isGreaterThan(0.1 / Math.sqrt(products));
    }

    private static float inOrder(float[] x, float[] w) {
        float sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * w[i];
        }
        return sum;
    }

    private static float fused(float[] x, float[] w) {
        float sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum = Math.fma(x[i], w[i], sum);
        }
        return sum;
    }

    private static float ordered(float[] x, float[] w, boolean largestFirst) {
        var products = new Float[x.length];
        for (int i = 0; i < x.length; i++) {
            products[i] = x[i] * w[i];
        }
        Comparator<Float> order = Comparator.comparing(Math::abs);
        Arrays.sort(products, largestFirst ? order.reversed() : order);
        float sum = 0;
        for (float product : products) {
            sum += product;
        }
        return sum;
    }

    @Test
    void of_products_underflowIsCovered() {
        float x = 1e-25f;
        float w = 3.3e-21f;
        double exact = (double) x * w;
        double error = Math.abs(x * w - exact);
        assertThat(error).isGreaterThan(3 * 0x1p-24 * exact);
        assertThat(bound(sum(1, exact, exact))).isGreaterThan(error);
    }

    /** Kernels start an accumulation with the destination, so that each addition is rounded at its size. */
    @Test
    void of_sumFirst_coversAccumulationOntoTheDestination() {
        int products = 2000;
        float previous = 1 << 20;
        float product = 0.03f;
        float found = previous;
        for (int i = 0; i < products; i++) {
            found += product;
        }
        double sum = products * (double) product;
        var evaluation = new Evaluation(
                new double[] {sum},
                new long[] {products},
                List.of(new double[] {sum}, new double[] {sum + previous}),
                List.of(new double[] {previous}));
        double error = Math.abs(found - sum - previous);
        double addedLast = bound(sum(products, sum, sum)) + 3 * 0x1p-24 * previous;
        assertThat(error).isGreaterThan(addedLast).isLessThan(bound(evaluation, PostOp.sum()));
    }

    @Test
    void of_chain_growsStageByStage() {
        var evaluation = new Evaluation(
                new double[] {10},
                new long[] {100},
                List.of(new double[] {-4}, new double[] {-8}, new double[] {-8 + 6}),
                List.of(new double[0], new double[] {3}));
        double first = bound(sum(100, 10, -4));
        double both = bound(evaluation, PostOp.leakyRelu(2), PostOp.sum(2));
        double rounding = 0x1p-24 * (8 + 6 + 2);
        assertThat(both).isBetween(2 * first + 0.999 * rounding, 2 * first + 1.001 * rounding);
    }

    @Test
    void of_constants_useEachElementsOwn() {
        var evaluation = new Evaluation(
                new double[] {10, 10},
                new long[] {100, 100},
                List.of(new double[] {3, 3}, new double[] {6, -1.5}, new double[] {6, 9}),
                List.of(new double[] {2, -0.5}, new double[] {5, 9}));
        double first = bound(sum(100, 10, 3));
        double[] bounds = ErrorBound.of(List.of(PostOp.multiply(2, -0.5f), PostOp.max(5, 9)), evaluation);
        assertThat(bounds[0]).isBetween(2 * first + 0.999 * 0x1p-24 * 6, 2 * first + 1.001 * 0x1p-24 * 6);
        assertThat(bounds[1]).isZero();
    }

    @Test
    void create_operandsOfOtherStages_isRefused() {
        assertThatThrownBy(() ->
                        new Evaluation(new double[1], new long[1], List.of(new double[1]), List.of(new double[1])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("operands must be those of 0 stages, but were those of 1");
    }

    @Test
    void of_sumFirst_countsAsOneMoreProductAndNoMore() {
        var evaluation = new Evaluation(
                new double[] {10}, new long[] {98}, List.of(new double[] {1}, new double[] {-5}), List.of(new double[] {
                    -3
                }));
        assertThat(bound(evaluation, PostOp.sum(2)) / (100 * 0x1p-24 * (10 + 6)))
                .isBetween(1.0, 1.00002);
    }

    @ParameterizedTest
    @CsvSource({
        // what products are left out, how many there are for each, by the constants' documentation
        "BF16, 1, 7.827758789e-3", // 2·2⁻⁸ + 2⁻¹⁶
        "SPLIT_BF16_3, 3, 4.595518112e-5", // 3·2⁻¹⁶·(1 + 2⁻⁸)
        "SPLIT_BF16_6, 6, 2.402812243e-7" // 4·2⁻²⁴·(1 + 2·2⁻⁸)
    })
    void ofParts_precision_isWhatIsLeftOutMoreRoundingsAndUnderflow(Precision precision, int products, double leftOut) {
        double u = 0x1p-24;
        for (double magnitude : new double[] {1, 3, 0}) {
            var evaluation = new Evaluation(
                    new double[] {magnitude, magnitude}, new long[] {4, 0}, List.of(new double[] {0.5, 0}), List.of());
            double more = (4 * products + 1) * u * (1 + 5 * 0x1p-8) - 5 * u;

            double[] lost = ErrorBound.ofParts(precision, evaluation);

            double wanted = magnitude * (leftOut + more) + 4 * products * (double) Float.MIN_NORMAL;
            assertThat(lost[0]).isCloseTo(wanted, within(1e-5 * wanted));
            assertThat(lost[1]).isZero(); // no products
        }
    }

    @Test
    void ofParts_sumsThatMayOverflow_mayBeAnything() {
        var large = new Evaluation(new double[] {3.39e38}, new long[] {4}, List.of(new double[] {0.5}), List.of());
        var smaller = new Evaluation(new double[] {3.3e38}, new long[] {4}, List.of(new double[] {0.5}), List.of());

        assertThat(ErrorBound.ofParts(Precision.BF16, large)).containsExactly(Double.POSITIVE_INFINITY);
        assertThat(ErrorBound.ofParts(Precision.BF16, smaller)[0]).isLessThan(1e37);
        assertThat(ErrorBound.ofParts(Precision.STRICT, large)).containsExactly(0);
    }
}
