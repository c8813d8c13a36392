package io.github.faltung.checking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.RandomProblems;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.Layout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs of gradients pass where they are right, and find one wrong element, inside a sample and outside. */
class GradientsRunTest {
    private static final String LINE = "mb2ic4ih9oc6kh3ph1";
    private static final long SEED = 20260811;
    private static final RunOptions DEFAULTS = RunOptions.defaults();
    private static final Arrangement LAST = Arrangement.of(Layout.CHANNELS_LAST);

    private final Engine reference = new ReferenceEngine();

    @AfterEach
    void close() {
        reference.close();
    }

    private ProblemResult run(String wrong, long position, Direction direction, RunOptions options) {
        try (Engine engine = new FaultyGradients(wrong, position)) {
            return new ProblemRunner(engine, reference, options).run(ConvolutionProblem.parse(LINE), LAST, direction);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Direction.class,
            names = {"BACKWARD_DATA", "BACKWARD_WEIGHTS"})
    void run_rightEngine_passesOnAllKinds(Direction direction) {
        int exact = 0;
        for (ConvolutionProblem problem :
                new RandomProblems(SEED).wide().withoutPostOps().take(60)) {
            for (RunOptions options : new RunOptions[] {DEFAULTS, DEFAULTS.withRealFill(), DEFAULTS.withoutBias()}) {
                ProblemResult result = new ProblemRunner(reference, reference, options).run(problem, LAST, direction);
                boolean noProduct = result.reason().startsWith(Vacuity.VACUOUS);
                assertThat(result.verdict() == Verdict.PASSED || noProduct)
                        .as("%s, seed %s", result, SEED)
                        .isTrue();
                exact += result.exact() && !noProduct ? 1 : 0;
            }
        }
        assertThat(exact).isGreaterThan(100);
    }

    @ParameterizedTest
    @CsvSource({"diffSrc, BACKWARD_DATA", "diffWeights, BACKWARD_WEIGHTS", "diffBias, BACKWARD_WEIGHTS"})
    void run_oneWrongElement_failsByName(String wrong, Direction direction) {
        for (RunOptions options : new RunOptions[] {DEFAULTS, DEFAULTS.withRealFill()}) {
            ProblemResult result = run(wrong, 3, direction, options);
            assertThat(result.verdict()).as(result.toString()).isEqualTo(Verdict.FAILED);
            assertThat(result.reason()).startsWith(wrong + ": 1 of ").contains("position 3");
        }
    }

    @ParameterizedTest
    @CsvSource({"diffSrc, BACKWARD_DATA", "diffWeights, BACKWARD_WEIGHTS"})
    void run_wrongElementOutsideTheSample_breaksTheAdjointIdentity(String wrong, Direction direction) {
        var outside = 0;
        for (long position = 90; position < 110; position++) {
            ProblemResult result = run(wrong, position, direction, DEFAULTS.withMultiplyAdds(1));
            assertThat(result.verdict()).isEqualTo(Verdict.FAILED);
            assertThat(result.compared()).isLessThan(result.total());
            outside += result.reason().startsWith("adjoint identity: <conv(x, w), y> is ") ? 1 : 0;
        }
        assertThat(outside).isPositive();
    }

    @Test
    void run_tooManyProducts_areRealsWithinTheBound() {
        // 4100² places: a weight's gradient may exceed 2²⁴.
        ProblemResult result = new ProblemRunner(reference, reference, DEFAULTS)
                .run(ConvolutionProblem.parse("mb1ic1ih4100oc1kh1"), LAST, Direction.BACKWARD_WEIGHTS);
        assertThat(result.exact()).isFalse();
        assertThat(result.verdict()).as(result.toString()).isEqualTo(Verdict.PASSED);
    }

    @Test
    void run_postOps_skip() {
        ProblemResult result = new ProblemRunner(reference, reference, DEFAULTS)
                .run(ConvolutionProblem.parse(LINE + " --attr-post-ops=relu"), LAST, Direction.BACKWARD_DATA);
        assertThat(result.verdict()).isEqualTo(Verdict.SKIPPED);
        assertThat(result.reason()).startsWith("gradients are those of the sum, without post-ops: conv ");
        assertThat(result.toString()).contains(" --dir=BWD_D [channels_last]");
    }

    @Test
    void run_referenceWithoutEvaluator_throws() {
        try (Engine noEvaluator = new FaultyGradients("none", 0)) {
            var runner = new ProblemRunner(reference, noEvaluator, DEFAULTS);
            assertThatThrownBy(() -> runner.run(ConvolutionProblem.parse(LINE), LAST, Direction.BACKWARD_DATA))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("GradientsEvaluators");
        }
    }
}
