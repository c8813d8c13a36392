package io.github.faltung.checking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CheckedEngineTest {
    private static final String PLAIN = "mb2ic4ih9oc6kh3ph1";
    private static final CheckOptions DEFAULTS = CheckOptions.defaults();

    private final Engine reference = new ReferenceEngine();

    @AfterEach
    void close() {
        reference.close();
    }

    private void forward(Engine engine, String line, boolean exact, int calls) {
        ConvolutionProblem problem = ConvolutionProblem.parse(line);
        Fill fill = exact ? ExactFill.of(problem, 1) : RealFill.of(problem, 1);
        var arrangement = Arrangement.of(Layout.CHANNELS_FIRST, Layout.CHANNELS_LAST);
        try (var data = new ProblemData(problem, arrangement, fill, true);
                Convolution layer = engine.convolution(problem.descriptor(), data.weights(), data.bias())) {
            for (int call = 0; call < calls; call++) {
                layer.forward(data.src(), data.dst());
            }
        }
    }

    private void forward(FaultyEngine.Fault fault, String line, CheckOptions options, int calls) {
        try (Engine faulty = FaultyEngine.with(fault);
                Engine checked = CheckedEngine.of(faulty, reference, options)) {
            forward(checked, line, options.exact(), calls);
        }
    }

    @ParameterizedTest
    @CsvSource({
        PLAIN,
        "deconv g2ic4ih5oc4kh3sh2",
        "ic3iw30oc4kw5 --attr-post-ops=sum:2+relu",
        "ic3iw30oc4kw5 --attr-post-ops=gelu_erf"
    })
    void forward_rightEngine_passes(String line) {
        assertThatCode(() -> forward((right, before) -> {}, line, DEFAULTS, 3)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @EnumSource(FaultyEngine.Kind.class)
    void forward_fault_isFoundInEveryMode(FaultyEngine.Kind fault) {
        for (CheckOptions options : new CheckOptions[] {DEFAULTS, DEFAULTS.withExact(), DEFAULTS.withOutputs(100)}) {
            assertThatThrownBy(() -> forward(fault, PLAIN, options, 1))
                    .isInstanceOf(MismatchException.class)
                    .hasMessageContaining("faulty")
                    .hasMessageContaining("seed 1")
                    .hasMessageContaining("conv mb2ic4ih9iw9oc6oh9ow9kh3kw3ph1pw1");
        }
    }

    @Test
    void forward_sumAndUnwritten_isFound() {
        assertThatThrownBy(() -> forward(FaultyEngine.Kind.ALL_UNWRITTEN, PLAIN + " --attr-post-ops=sum", DEFAULTS, 1))
                .isInstanceOf(MismatchException.class);
    }

    @Test
    void forward_unwrittenWhereTheLastCallLeftTheRightValue_isFound() {
        var calls = new int[1];
        FaultyEngine.Fault secondCallDoesNothing = (right, before) -> {
            if (calls[0]++ == 1) {
                FaultyEngine.Kind.ALL_UNWRITTEN.spoil(right, before);
            }
        };
        assertThatThrownBy(() -> forward(secondCallDoesNothing, PLAIN, DEFAULTS, 2))
                .isInstanceOf(MismatchException.class);
        assertThat(calls[0]).isEqualTo(2);
    }

    @Test
    void forward_mismatch_tellsFirstAndWorst() {
        FaultyEngine.Fault two = (right, before) -> {
            right[7] += 1;
            right[20] += 5;
        };
        MismatchException e =
                catchThrowableOfType(MismatchException.class, () -> forward(two, PLAIN, DEFAULTS.withExact(), 1));
        assertThat(e.comparison().mismatches()).isEqualTo(2);
        Deviation first = Objects.requireNonNull(e.comparison().first());
        assertThat(first.position()).isEqualTo(7);
        assertThat(first.found() - first.expected()).isEqualTo(1);
        assertThat(e.seed()).isEqualTo(1);
        assertThat(e).hasMessageContaining("2 of 972").hasMessageContaining("position 7");
    }

    @Test
    void forward_everyThird_checksTheFirstAndTheFourth() {
        var calls = new int[1];
        FaultyEngine.Fault fromTheSecondOn = (right, before) -> right[0] += calls[0]++ > 0 ? 1 : 0;
        CheckOptions options = DEFAULTS.withEveryNth(3);
        assertThatCode(() -> forward(fromTheSecondOn, PLAIN, options, 3)).doesNotThrowAnyException();
        calls[0] = 0;
        assertThatThrownBy(() -> forward(fromTheSecondOn, PLAIN, options, 4)).isInstanceOf(MismatchException.class);
    }

    @Test
    void convolution_referenceWithoutEvaluator_isRefusedAndNothingIsLeftOpen() {
        try (FaultyEngine noEvaluator = FaultyEngine.withoutFault();
                Engine checked = CheckedEngine.of(reference, noEvaluator)) {
            assertThatThrownBy(() -> forward(checked, PLAIN, false, 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("Evaluators")
                    .hasMessageContaining("faulty");
            var src = Tensor.allocate(Dims.of(2, 4, 9, 9));
            assertThatThrownBy(() -> noEvaluator.layers.get(0).forward(src)).isInstanceOf(IllegalStateException.class);
            src.close();
        }
    }

    @Test
    void close_checkedEngine_closesItsLayersAndLeavesTheWrappedOpen() {
        try (FaultyEngine inner = FaultyEngine.withoutFault()) {
            ConvolutionProblem problem = ConvolutionProblem.parse(PLAIN);
            Engine checked = CheckedEngine.of(inner, reference);
            try (var data =
                    new ProblemData(problem, Arrangement.of(Layout.CHANNELS_FIRST), RealFill.of(problem, 1), true)) {
                Convolution layer = checked.convolution(problem.descriptor(), data.weights(), data.bias());
                checked.close();
                assertThatThrownBy(() -> layer.forward(data.src())).isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(() -> inner.layers.get(0).forward(data.src()))
                        .isInstanceOf(IllegalStateException.class);
                inner.convolution(problem.descriptor(), data.weights()).close();
                reference.convolution(problem.descriptor(), data.weights()).close();
            }
        }
    }

    /** A checked chain computes as the engine would without the check. */
    @Test
    void threadsLanesAndLayouts_areTheWrappedEngines() {
        try (Engine wrapped = new TunedEngine();
                Engine checked = CheckedEngine.of(wrapped, reference)) {
            assertThat(checked.threads()).isEqualTo(3);
            assertThat(checked.lanes()).isEqualTo(4);
            assertThat(checked.vectorLength()).isEqualTo(8);
            assertThat(checked.relativeSpeed(DataType.BF16)).isEqualTo(2);
            assertThat(checked.fingerprint()).isEqualTo("tuned for 3");
            assertThat(checked.chainLayout(Layout.CHANNELS_FIRST)).isEqualTo(Layout.CHANNELS_LAST);
        }
    }

    /** Says of itself what no default says. */
    private static final class TunedEngine extends Engine {
        TunedEngine() {
            super("tuned", () -> {});
        }

        @Override
        protected Convolution prepare(ConvolutionDescriptor descriptor, Tensor weights, @Nullable Tensor bias) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int threads() {
            return 3;
        }

        @Override
        public int lanes() {
            return 4;
        }

        @Override
        public int vectorLength() {
            return 8;
        }

        @Override
        public double relativeSpeed(DataType type) {
            return 2;
        }

        @Override
        public String fingerprint() {
            return "tuned for 3";
        }

        @Override
        public Layout chainLayout(Layout src) {
            return Layout.CHANNELS_LAST;
        }
    }

    @Test
    void explain_checkedLayer_tellsTheInnerImplementationAndTheCheck() {
        ConvolutionProblem problem = ConvolutionProblem.parse(PLAIN);
        try (Engine inner = FaultyEngine.withoutFault();
                Engine checked = CheckedEngine.of(inner, reference, DEFAULTS.withEveryNth(5));
                var data =
                        new ProblemData(problem, Arrangement.of(Layout.CHANNELS_FIRST), RealFill.of(problem, 1), true);
                Convolution layer = checked.convolution(problem.descriptor(), data.weights(), data.bias())) {
            var explanation = layer.explain(problem.srcDims());
            assertThat(explanation.implementation()).isEqualTo("spoiled");
            assertThat(explanation.notes()).containsExactly("on purpose", "one call in 5 is checked");
            assertThat(checked.name()).isEqualTo("checked faulty");
        }
    }

    @Test
    void options_outOfRange_areRefused() {
        assertThatThrownBy(() -> DEFAULTS.withEveryNth(0))
                .hasMessageContaining("everyNth")
                .hasMessageContaining("0");
        assertThatThrownBy(() -> DEFAULTS.withOutputs(1))
                .hasMessageContaining("outputs")
                .hasMessageContaining("1");
        assertThat(DEFAULTS.withSeed(9).seed()).isEqualTo(9);
    }

    @Test
    void forward_lastBitOfReals_isAMismatchOnlyIfExact() {
        FaultyEngine.Fault lastBit = (right, before) -> right[3] = Math.nextUp(right[3]);
        assertThatCode(() -> forward(lastBit, PLAIN, DEFAULTS, 1)).doesNotThrowAnyException();
        assertThatThrownBy(() -> forward(lastBit, PLAIN, DEFAULTS.withExact(), 1))
                .isInstanceOf(MismatchException.class);
    }

    /** Beyond the ramp there is nothing to round; the bound was not a number. */
    @Test
    void forward_hardsigmoidOfInfinity_isNoMismatch() {
        var layer = ConvolutionDescriptor.conv1d(1, 1)
                .postOps(PostOp.hardsigmoid(), PostOp.add(0.3f))
                .build();
        try (Engine checked = CheckedEngine.of(reference, reference);
                Tensor weights = Tensor.of(new float[] {1}, layer.weightsDims());
                Convolution conv = checked.convolution(layer, weights)) {
            float infinite = Float.POSITIVE_INFINITY;
            assertThatCode(() -> conv.forward(new float[] {infinite, 1, -infinite, 3}, Dims.of(1, 1, 4)))
                    .doesNotThrowAnyException();
        }
    }

    /** One in 8 million is within what the bound allows for scales, but this is the sum alone. */
    @Test
    void forward_integerSumOffByOne_isFound() {
        ConvolutionDescriptor layer =
                ConvolutionProblem.parse("ic800iw1oc1kw1 --dt=u8:s8:s32").descriptor();
        var ones = new int[800];
        Arrays.fill(ones, 100);
        try (Engine faulty = FaultyEngine.with((right, before) -> right[0]++);
                Engine checked = CheckedEngine.of(faulty, reference);
                Tensor weights = Tensor.of(ones, DataType.S8, layer.weightsDims(), Layout.CHANNELS_FIRST);
                Tensor src = Tensor.of(ones, DataType.U8, Dims.of(1, 800, 1), Layout.CHANNELS_FIRST);
                Tensor dst = Tensor.allocate(DataType.S32, Dims.of(1, 1, 1), Layout.CHANNELS_FIRST);
                Convolution conv = checked.convolution(layer, weights, null)) {
            assertThatThrownBy(() -> conv.forward(src, dst)).isInstanceOf(MismatchException.class);
        }
    }
}
