package io.github.faltung.checking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.convolution.Pooling;
import io.github.faltung.convolution.PoolingContract;
import io.github.faltung.convolution.PoolingDescriptor;
import io.github.faltung.convolution.PoolingProblem;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** A checked engine pools like any other, and finds what is wrong. */
class CheckedPoolingTest implements PoolingContract {
    private static final Engine RIGHT = new ReferenceEngine();
    private static final Engine REFERENCE = new ReferenceEngine();
    private static final PoolingDescriptor MAX =
            PoolingDescriptor.max1d().kernel(2).build();
    private static final PoolingDescriptor MEAN =
            PoolingDescriptor.average1d().kernel(3).build();

    @Override
    public Engine open() {
        return CheckedEngine.of(RIGHT, REFERENCE);
    }

    @AfterAll
    static void close() {
        RIGHT.close();
        REFERENCE.close();
    }

    private static void forward(PoolingDescriptor layer, DoubleUnaryOperator fault, float... src) {
        try (Engine spoilt = new Spoilt(fault);
                Engine checked = CheckedEngine.of(spoilt, REFERENCE);
                Pooling pooling = checked.pooling(layer)) {
            pooling.forward(src, Dims.of(1, 1, src.length));
        }
    }

    @Test
    void forward_maximumOneRoundingOff_isFound() {
        assertThatThrownBy(() -> forward(MAX, y -> Math.nextUp((float) y), 1, 2, 3))
                .isInstanceOf(MismatchException.class)
                .hasMessageContaining("spoilt is wrong: 2 of 2 outputs differ")
                .hasMessageContaining("pool max mb1ic1iw3ow2kw2pw0");
    }

    @Test
    void forward_meanWithinTheBound_passesAndBeyondIsFound() {
        // n = 3 elements: γ₄ · mean of |x|, a little more than 4·2⁻²⁴ · 2.
        assertThatCode(() -> forward(MEAN, y -> y + 2 * 0x1p-22, 1, 2, 3)).doesNotThrowAnyException();
        assertThatThrownBy(() -> forward(MEAN, y -> y + 3 * 0x1p-22, 1, 2, 3)).isInstanceOf(MismatchException.class);
        assertThatThrownBy(() -> forward(MEAN, y -> y * 3 / 4, 1, 2, 3)).isInstanceOf(MismatchException.class);
    }

    @Test
    void forward_unwritten_isFound() {
        assertThatThrownBy(() -> forward(MAX, y -> Double.NaN, 1, 2, 3)).isInstanceOf(MismatchException.class);
        assertThatThrownBy(() -> forward(MEAN, y -> Double.NaN, 1, 2, 3)).isInstanceOf(MismatchException.class);
    }

    @Test
    void forward_maximumOfNothingButInfinityOrNaN_isOpen() {
        float low = Float.NEGATIVE_INFINITY;
        assertThatCode(() -> forward(MAX, y -> -Float.MAX_VALUE, low, low)).doesNotThrowAnyException();
        assertThatCode(() -> forward(MAX, y -> 5, 1, Float.NaN)).doesNotThrowAnyException();
        assertThatThrownBy(() -> forward(MAX, y -> -1, low, low)).isInstanceOf(MismatchException.class);
    }

    @Test
    void forward_meanWhosePartialSumsOverflow_mayBeInfinite() {
        float big = Float.MAX_VALUE;
        assertThatCode(() -> forward(MEAN, y -> Double.POSITIVE_INFINITY, big, big, big))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> forward(MEAN, y -> Double.POSITIVE_INFINITY, big / 8, big / 8, big / 8))
                .isInstanceOf(MismatchException.class);
        // All of one sign add up to one infinity, which is not NaN and not the other.
        assertThatThrownBy(() -> forward(MEAN, y -> Double.NaN, big, big, big)).isInstanceOf(MismatchException.class);
        assertThatThrownBy(() -> forward(MEAN, y -> Double.NEGATIVE_INFINITY, big, big, big))
                .isInstanceOf(MismatchException.class);
    }

    @Test
    void forward_maximumOfOtherTypes_isExactButForSubnormals() {
        PoolingDescriptor bf16 = MAX.withDataType(DataType.BF16);
        float tiny = 0x1p-130f;
        assertThatCode(() -> forward(bf16, y -> 0, tiny, tiny)).doesNotThrowAnyException();
        assertThatCode(() -> forward(bf16, y -> -0x1.fep127, Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> forward(bf16, y -> 0, 0x1p-126f, tiny)).isInstanceOf(MismatchException.class);
        assertThatThrownBy(() -> forward(bf16, y -> y * (1 + 0x1p-7), 1, 2)).isInstanceOf(MismatchException.class);
        assertThatThrownBy(() -> forward(MAX.withDataType(DataType.F16), y -> 0, 0x1p-24f, 0))
                .isInstanceOf(MismatchException.class);
        assertThatThrownBy(() -> forward(MAX.withDataType(DataType.S8), y -> 0, -3, -7))
                .isInstanceOf(MismatchException.class);
    }

    /** The mean of 2, 3 and 3 is 8/3; that of 2 and 3 is a tie, which a multiplication by a rounded inverse may break. */
    @Test
    void forward_meanOfIntegers_isRoundedAsItShouldBe() {
        PoolingDescriptor three = MEAN.withDataType(DataType.U8);
        PoolingDescriptor two =
                PoolingDescriptor.average1d().kernel(2).dataType(DataType.U8).build();
        assertThatThrownBy(() -> forward(three, y -> 2, 2, 3, 3)).isInstanceOf(MismatchException.class);
        assertThatCode(() -> forward(three, y -> 3, 2, 3, 3)).doesNotThrowAnyException();
        assertThatCode(() -> forward(two, y -> 3, 2, 3)).doesNotThrowAnyException();
        assertThatThrownBy(() -> forward(two, y -> 1, 2, 3)).isInstanceOf(MismatchException.class);
        assertThatThrownBy(() -> forward(two, y -> 4, 2, 3)).isInstanceOf(MismatchException.class);
    }

    @Test
    void forward_everySecond_leavesTheSecondUnchecked() {
        var calls = new int[1];
        try (Engine spoilt = new Spoilt(y -> calls[0] == 2 ? y + 1 : y);
                Engine checked = CheckedEngine.of(
                        spoilt, REFERENCE, CheckOptions.defaults().withEveryNth(2));
                Pooling pooling = checked.pooling(MAX)) {
            for (calls[0] = 1; calls[0] <= 3; calls[0]++) {
                pooling.forward(new float[] {1, 2}, Dims.of(1, 1, 2));
            }
            assertThat(pooling.explain(Dims.of(1, 1, 2)).notes()).containsExactly("one call in 2 is checked");
        }
    }

    @Test
    void pooling_referenceThatIsNoEvaluator_isRefused() {
        try (Engine spoilt = new Spoilt(y -> y);
                Engine checked = CheckedEngine.of(RIGHT, spoilt)) {
            assertThatThrownBy(() -> checked.pooling(MAX))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the reference engine's layers must be Evaluators, but those of spoilt are not");
        }
    }

    /** The reference's pooling, each element changed. */
    private static final class Spoilt extends Engine {
        private final DoubleUnaryOperator fault;

        Spoilt(DoubleUnaryOperator fault) {
            super("spoilt", () -> {});
            this.fault = fault;
        }

        @Override
        protected Convolution prepare(ConvolutionDescriptor descriptor, Tensor weights, @Nullable Tensor bias) {
            throw new AssertionError("not asked for");
        }

        @Override
        protected Pooling preparePooling(PoolingDescriptor descriptor) {
            return new SpoiltPooling(this, RIGHT.pooling(descriptor), fault);
        }
    }

    private static final class SpoiltPooling extends Pooling {
        private final Pooling right;
        private final DoubleUnaryOperator fault;

        SpoiltPooling(Engine engine, Pooling right, DoubleUnaryOperator fault) {
            super(engine, right.descriptor(), right::close);
            this.right = right;
            this.fault = fault;
        }

        @Override
        protected void compute(Tensor src, Tensor dst) {
            right.forward(src, dst);
            float[] values = dst.toFloatArray();
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) fault.applyAsDouble(values[i]);
            }
            dst.copyFrom(values, Layout.CHANNELS_FIRST);
        }

        @Override
        protected Explanation explain(PoolingProblem problem, Layout layout) {
            return new Explanation(problem.toString(), engine().name(), "direct", "spoilt", 0, 0, List.of());
        }
    }
}
