package io.github.faltung.checking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.PostOp;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExactFillTest {
    /** Small limits stand in for 2²⁴, so that brute force reaches the narrow and the sparse fills. */
    @ParameterizedTest
    @CsvSource({
        "40, mb1ic3ih5oc4kh3ph1",
        "40, g2mb1ic4iw9oc6kw5pw2",
        "64, mb1ic8ih5oc4kh3ph1 --attr-post-ops=sum:2",
        "64, mb1ic8ih5oc4kh3ph1 --attr-post-ops=relu:-2+sum:1",
        "48, deconv mb1ic6ih4oc3kh3sh2 --attr-post-ops=clip:-5:20+sum:3",
        "48, deconv g3mb1ic6ih4oc6kh3sh2dh1",
        "64, mb1ic8ih5oc3kh3ph1 --attr-post-ops=mul:2*1*-2+add:4*-3*1",
        "64, mb1ic8ih5oc3kh3ph1 --attr-post-ops=prelu:0*-2*1+sum:1+max:-60+min:50",
        "1000, mb1ic3id4oc2kd3pd1",
        "100000, mb1ic3ih5oc4kh3ph1"
    })
    void fill_anyChain_keepsEveryPartialSumWithinTheLimit(double limit, String line) {
        ConvolutionProblem problem = ConvolutionProblem.parse(line);
        ExactFill fill = ExactFill.of(problem, 7, limit);
        Taps taps = Taps.of(problem.descriptor());
        double largest = 0;
        long kept = 0;
        for (long i = 0; i < problem.descriptor().weightsDims().elements(); i++) {
            largest = Math.max(largest, Math.abs(fill.weights(i)));
            kept += fill.weights(i) != 0 ? 1 : 0;
        }
        long filters = problem.descriptor().weightsDims().elements() / taps.count();
        double mostTaps = Math.ceil((double) kept / filters);
        double source = largestOf(problem.srcDims().elements(), fill::src);
        double value =
                mostTaps * largest * source + largestOf(problem.descriptor().outputChannels(), fill::bias);
        for (PostOp postOp : problem.descriptor().postOps()) {
            if (postOp instanceof PostOp.Sum sum) {
                value += sum.scale() * largestOf(problem.dstDims().elements(), fill::dst);
            } else if (postOp instanceof PostOp.Eltwise eltwise && eltwise.algorithm() == PostOp.Algorithm.RELU) {
                value *= Math.max(1, Math.abs(eltwise.alpha()));
            } else if (postOp instanceof PostOp.PerChannel constant) {
                value = largestOf(postOp, constant.operands(), value);
            }
        }
        assertThat(value).isLessThanOrEqualTo(limit);
        assertThat(kept).isPositive();
    }

    private static double largestOf(PostOp postOp, List<Float> operands, double value) {
        double largest = 0;
        for (float operand : operands) {
            String text = postOp.toString();
            double after = text.startsWith("add")
                    ? value + Math.abs(operand)
                    : text.startsWith("max")
                            ? Math.max(value, operand)
                            : text.startsWith("min")
                                    ? Math.max(value, -operand)
                                    : value * Math.max(1, Math.abs(operand));
            largest = Math.max(largest, after);
        }
        return largest;
    }

    private interface Values {
        float at(long position);
    }

    private static double largestOf(long count, Values values) {
        double largest = 0;
        for (long i = 0; i < count; i++) {
            largest = Math.max(largest, Math.abs(values.at(i)));
        }
        return largest;
    }

    @ParameterizedTest
    @ValueSource(strings = {"ic2048oc2ih3kh3ph1mb1", "ic3oc2ih9kh7ph1mb1", "g1mb1ic1id64oc1kd64"})
    void fill_summedInAnyOrder_isExactInFloat(String line) {
        ConvolutionProblem problem = ConvolutionProblem.parse(line);
        ExactFill fill = ExactFill.of(problem, 3);
        int taps = (int) Taps.of(problem.descriptor()).count();
        var products = new float[taps + 1];
        long exact = 0;
        for (int i = 0; i < taps; i++) {
            products[i] = fill.src(i) * fill.weights(i);
            exact += Math.round(fill.src(i)) * (long) Math.round(fill.weights(i));
        }
        products[taps] = fill.bias(0);
        exact += (long) fill.bias(0);
        var random = new Random(5);
        for (int order = 0; order < 20; order++) {
            for (int i = taps; i > 0; i--) {
                int j = random.nextInt(i + 1);
                float swapped = products[i];
                products[i] = products[j];
                products[j] = swapped;
            }
            float sum = 0;
            for (float product : products) {
                sum += product;
            }
            assertThat((double) sum).isEqualTo((double) exact);
        }
    }

    @Test
    void fill_room_hasNoZeroAndManyValues() {
        ConvolutionProblem problem = ConvolutionProblem.parse("ic64ih20oc64kh3");
        ExactFill fill = ExactFill.of(problem, 1);
        var seen = new TreeSet<Float>();
        for (long i = 0; i < 5000; i++) {
            assertThat(fill.src(i)).isNotZero();
            assertThat(fill.weights(i)).isNotZero();
            assertThat(fill.bias(i)).isNotZero();
            assertThat(fill.dst(i)).isNotZero();
            seen.add(fill.src(i));
        }
        assertThat(seen).hasSize(2 * ExactFill.WIDEST).contains(-8f, 8f);
    }

    @Test
    void fill_moreTapsThanRoom_dropsSome() {
        ConvolutionProblem problem = ConvolutionProblem.parse("deconv mb1ic10ih4oc3kh3");
        ExactFill fill = ExactFill.of(problem, 1, 38);
        var perOutput = new int[3];
        for (int ic = 0; ic < 10; ic++) {
            for (int oc = 0; oc < 3; oc++) {
                for (int k = 0; k < 9; k++) {
                    perOutput[oc] += fill.weights((ic * 3 + oc) * 9 + k) != 0 ? 1 : 0;
                }
            }
        }
        // 90 taps, room for 38 − 8 = 30: every third
        assertThat(perOutput).containsExactly(30, 30, 30);
    }

    @Test
    void fill_otherSeed_differs() {
        ConvolutionProblem problem = ConvolutionProblem.parse("ic64ih20oc64kh3");
        ExactFill one = ExactFill.of(problem, 1);
        ExactFill same = ExactFill.of(problem, 1);
        ExactFill other = ExactFill.of(problem, 2);
        int differences = 0;
        for (long i = 0; i < 100; i++) {
            assertThat(one.src(i)).isEqualTo(same.src(i));
            differences += one.src(i) != other.src(i) ? 1 : 0;
        }
        assertThat(differences).isGreaterThan(80);
    }

    @ParameterizedTest
    @CsvSource({
        "relu, true",
        "relu:-3, true",
        "relu:0.5, false",
        "clip:-2:6, true",
        "clip:0:0.5, false",
        "clip:1e30:1e31, false",
        "clip:-1e31:-1e30, false",
        "clip:-1e30:1e30, true",
        "sum:2, true",
        "sum:0.5, false",
        "sum:3e6, false",
        "sum+relu:1e7, false",
        "add:3, true",
        "add:0.5, false",
        "add:1*2*3*2e7, false",
        "mul:-2*3*4*1, true",
        "mul:0.5, false",
        "mul:0.5*1*2*3, false",
        "mul:1*1*1*1e7, false",
        "max:-1e30, true",
        "max:1e30, false",
        "min:1e30, true",
        "min:1*2*3*-1e30, false",
        "min:0.5, false",
        "prelu:0*-1*2*3, true",
        "prelu:0.25, false",
        "prelu:1*1*1*1e7, false",
        "add:9e6+mul:2, false",
        "add:8e6+mul:1, true",
        "relu+tanh, false",
        "elu:1, false",
        "hardswish:1:0, false"
    })
    void isExactFor_chain_knowsWhichKeepIntegers(String chain, boolean exact) {
        ConvolutionProblem problem = ConvolutionProblem.parse("ic4ih5oc4kh3 --attr-post-ops=" + chain);
        assertThat(ExactFill.isExactFor(problem.descriptor().postOps())).isEqualTo(exact);
    }

    @Test
    void of_inexactChain_throws() {
        ConvolutionProblem problem = ConvolutionProblem.parse("ic4ih5oc4kh3 --attr-post-ops=tanh");
        assertThatThrownBy(() -> ExactFill.of(problem, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tanh");
        assertThat(ExactFill.isExactFor(List.of())).isTrue();
    }

    @Test
    void realFill_values_lieWithinOneAndVaryTheSum() {
        ConvolutionProblem problem = ConvolutionProblem.parse("ic64ih20oc64kh3");
        RealFill fill = RealFill.of(problem, 1);
        double squares = 0;
        for (int sum = 0; sum < 200; sum++) {
            double value = 0;
            for (int i = 0; i < 576; i++) {
                float x = fill.src(sum * 576 + i);
                assertThat(x).isBetween(-1f, 1f);
                value += x * fill.weights(sum * 7 + i);
            }
            squares += value * value;
        }
        assertThat(squares / 200).isBetween(0.5, 2.0);
    }
}
