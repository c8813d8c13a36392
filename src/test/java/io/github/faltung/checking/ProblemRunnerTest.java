package io.github.faltung.checking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.ProblemLine;
import io.github.faltung.convolution.UnsupportedConvolutionException;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProblemRunnerTest {
    private static final String PLAIN = "mb2ic4ih9oc6kh3ph1";
    private static final RunOptions DEFAULTS = RunOptions.defaults();
    private static final Arrangement FIRST = Arrangement.of(Layout.CHANNELS_FIRST);

    private final Engine reference = new ReferenceEngine();

    @AfterEach
    void close() {
        reference.close();
    }

    private ProblemResult run(FaultyEngine.Fault fault, String line, RunOptions options, Arrangement arrangement) {
        try (FaultyEngine engine = FaultyEngine.with(fault)) {
            ProblemResult result =
                    new ProblemRunner(engine, reference, options).run(ConvolutionProblem.parse(line), arrangement);
            assertThat(engine.tensors).allMatch(Tensor::isClosed);
            for (var layer : engine.layers) {
                assertThatThrownBy(() ->
                                layer.explain(ConvolutionProblem.parse(line).srcDims()))
                        .isInstanceOf(IllegalStateException.class);
            }
            return result;
        }
    }

    private ProblemResult runRight(String line, RunOptions options) {
        return run((right, before) -> {}, line, options, FIRST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                PLAIN,
                "deconv g2ic4ih5oc4kh3sh2",
                "ic3iw30oc4kw5 --attr-post-ops=sum:2+relu",
                "ic3iw30oc4kw5 --attr-post-ops=gelu_erf+sum:0.5",
                "ic3iw30oc4kw5 --attr-post-ops=clip:0:6",
                "mb1ic1iw1oc1kw1 --attr-post-ops=relu",
                "mb1ic1ih5oc1kh1ph9"
            })
    void run_rightEngine_passesInEveryArrangement(String line) {
        for (Layout src : Layout.values()) {
            for (boolean gaps : new boolean[] {false, true}) {
                var arrangement = new Arrangement(src, Layout.CHANNELS_LAST, gaps);
                for (RunOptions options : List.of(DEFAULTS, DEFAULTS.withRealFill())) {
                    ProblemResult result = run((right, before) -> {}, line, options, arrangement);
                    assertThat(result.verdict()).as(result.toString()).isEqualTo(Verdict.PASSED);
                    assertThat(result.compared()).isEqualTo(result.total());
                    assertThat(result.implementation()).isEqualTo("spoiled");
                    assertThat(result.arrangement()).isEqualTo(arrangement);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(FaultyEngine.Kind.class)
    void run_fault_failsInEveryMode(FaultyEngine.Kind fault) {
        for (RunOptions options : List.of(
                DEFAULTS,
                DEFAULTS.withRealFill(),
                DEFAULTS.withoutBias(),
                DEFAULTS.withMultiplyAdds(1),
                DEFAULTS.withRealFill().withMultiplyAdds(1))) {
            ProblemResult result = run(fault, PLAIN, options, Arrangement.of(Layout.CHANNELS_LAST));
            assertThat(result.verdict()).as("%s %s", fault, options).isEqualTo(Verdict.FAILED);
            assertThat(result.reason()).contains("outputs differ", "position");
            assertThat(result.worstRatio()).isGreaterThan(1);
        }
    }

    @Test
    void run_largeProblem_comparesASample() {
        ProblemResult result = runRight(PLAIN, DEFAULTS.withMultiplyAdds(1));
        assertThat(result.compared()).isBetween(40L, 64L);
        assertThat(result.total()).isEqualTo(972);
        assertThat(result.verdict()).isEqualTo(Verdict.PASSED);
    }

    @Test
    void run_chain_decidesHowItIsCompared() {
        assertThat(runRight(PLAIN, DEFAULTS).exact()).isTrue();
        assertThat(runRight(PLAIN, DEFAULTS).worstRatio()).isZero();
        assertThat(runRight(PLAIN + " --attr-post-ops=relu", DEFAULTS).exact()).isTrue();
        assertThat(runRight(PLAIN + " --attr-post-ops=tanh", DEFAULTS).exact()).isFalse();
        assertThat(runRight(PLAIN + " --attr-post-ops=clip:0:6", DEFAULTS).exact())
                .isFalse();
        assertThat(runRight(PLAIN + " --attr-post-ops=mul:2+add:3", DEFAULTS).exact())
                .isTrue();
        assertThat(runRight(PLAIN + " --attr-post-ops=max:-1", DEFAULTS).exact())
                .isFalse();
        assertThat(runRight(PLAIN + " --attr-post-ops=min:1", DEFAULTS).exact()).isFalse();
        ProblemResult real = runRight(PLAIN, DEFAULTS.withRealFill());
        assertThat(real.exact()).isFalse();
        assertThat(real.worstRatio()).isBetween(1e-4, 1.0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                PLAIN + " --attr-post-ops=clip:0:0",
                PLAIN + " --attr-post-ops=clip:50:60",
                PLAIN + " --attr-post-ops=max:50",
                PLAIN + " --attr-post-ops=min:-50",
                PLAIN + " --attr-post-ops=mul:0+add:1"
            })
    void run_nothingToTell_failsAsVacuous(String line) {
        ProblemResult result = runRight(line, DEFAULTS);
        assertThat(result.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(result.reason()).startsWith("vacuous: only 0 of 972 outputs");
    }

    @Test
    void run_outputsOfAnAddedConstant_areExpectedToTell() {
        String line = "deconv mb1ic2ih4oc2kh1sh8 --attr-post-ops=add:2*-3";
        assertThat(runRight(line, DEFAULTS.withoutBias()).verdict()).isEqualTo(Verdict.PASSED);
        assertThat(runRight(line + "+max:5", DEFAULTS.withoutBias()).reason()).startsWith("vacuous: ");
    }

    @Test
    void run_outputsWithoutTerms_areNotExpectedToTell() {
        // A 1×1 window with stride 8: one output in 64 has a product.
        ProblemResult result = runRight("deconv mb1ic2ih4oc2kh1sh8", DEFAULTS.withoutBias());
        assertThat(result.verdict()).as(result.toString()).isEqualTo(Verdict.PASSED);
        assertThat(run(FaultyEngine.Kind.ALL_ZERO, "deconv mb1ic2ih4oc2kh1sh8", DEFAULTS.withoutBias(), FIRST)
                        .verdict())
                .isEqualTo(Verdict.FAILED);
    }

    @Test
    void run_unsupported_skipsWithTheReason() {
        ProblemResult result = run(
                (right, before) -> {
                    throw new UnsupportedConvolutionException("no such kernel");
                },
                PLAIN,
                DEFAULTS,
                FIRST);
        assertThat(result.verdict()).isEqualTo(Verdict.SKIPPED);
        assertThat(result.reason()).isEqualTo("no such kernel");
    }

    @Test
    void run_noMemory_skipsWithARemedy() {
        ProblemResult result = run(
                (right, before) -> {
                    throw new OutOfMemoryError("8 bytes");
                },
                PLAIN,
                DEFAULTS,
                FIRST);
        assertThat(result.verdict()).isEqualTo(Verdict.SKIPPED);
        assertThat(result.reason()).contains("8 bytes", "-XX:MaxDirectMemorySize");
    }

    @Test
    void run_engineThrows_failsWithTheException() {
        ProblemResult result = run(
                (right, before) -> {
                    throw new IllegalStateException("broken");
                },
                PLAIN,
                DEFAULTS,
                FIRST);
        assertThat(result.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(result.reason()).isEqualTo("IllegalStateException: broken");
    }

    @Test
    void run_referenceWithoutEvaluator_throws() {
        try (Engine noEvaluator = FaultyEngine.withoutFault()) {
            var runner = new ProblemRunner(reference, noEvaluator, DEFAULTS);
            assertThatThrownBy(() -> runner.run(ConvolutionProblem.parse(PLAIN), FIRST))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("Evaluators");
        }
    }

    @Test
    void run_tooLargeForTheWitness_skips() {
        try (Engine witness = new ScatterWitness()) {
            var runner = new ProblemRunner(reference, witness, DEFAULTS);
            ProblemResult result = runner.run(ConvolutionProblem.parse("ic256ih64oc256kh3ph1"), FIRST);
            assertThat(result.verdict()).isEqualTo(Verdict.SKIPPED);
            assertThat(result.reason()).contains("minibatch");
        }
    }

    @Test
    void toString_result_isOneLineWithAllThatRepeatsIt() {
        try (Engine witness = new ScatterWitness()) {
            var runner = new ProblemRunner(reference, witness, DEFAULTS.withSeed(42));
            ProblemResult result = runner.run(ProblemLine.parse("ic2iw9oc2kw3n\"it\"", false), FIRST);
            assertThat(result)
                    .hasToString("PASSED conv mb2ic2iw9oc2ow7kw3pw0 n\"it\" [channels_first] java, 28 of 28 outputs, "
                            + "exact, seed 42");
        }
    }

    @Test
    void run_zerosUnwritten_areFound() {
        FaultyEngine.Fault skipsZeros = (right, before) -> {
            for (int i = 0; i < right.length; i++) {
                right[i] = right[i] == 0 ? before[i] : right[i];
            }
        };
        String line = PLAIN + " --attr-post-ops=relu";
        for (RunOptions options : List.of(DEFAULTS, DEFAULTS.withMultiplyAdds(1))) {
            assertThat(run(skipsZeros, line, options, FIRST).verdict()).isEqualTo(Verdict.FAILED);
        }
    }
}
