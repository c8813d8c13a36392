package io.github.faltung.checking;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Engine;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CaseRunnerTest {
    private static final ConvolutionDescriptor LAYER =
            ConvolutionDescriptor.conv1d(1, 1).kernel(2).build();
    private static final RunOptions OPTIONS = RunOptions.defaults();

    private final Engine reference = new ReferenceEngine();
    private final Tensor src = Tensor.of(new float[] {0.1f, 0.2f, 0.3f, 0.5f}, Dims.of(1, 1, 4));
    private final Tensor weights = Tensor.of(new float[] {3, 7}, Dims.of(1, 1, 2));
    private final Tensor bias = Tensor.of(new float[] {1}, Dims.of(1));

    @AfterEach
    void close() {
        reference.close();
        src.close();
        weights.close();
        bias.close();
    }

    private CaseResult run(Engine engine, Layout layout, float... expected) {
        try (Tensor output = Tensor.of(expected, Dims.of(1, 1, expected.length))) {
            var given = new ConvolutionCase("case", LAYER, src, weights, bias, output);
            return new CaseRunner(engine, reference, OPTIONS).run(given, Arrangement.of(layout));
        }
    }

    private static float[] right() {
        return new float[] {3 * 0.1f + 7 * 0.2f + 1, 3 * 0.2f + 7 * 0.3f + 1, 3 * 0.3f + 7 * 0.5f + 1};
    }

    @ParameterizedTest
    @EnumSource(Layout.class)
    void run_right_passes(Layout layout) {
        CaseResult result = run(reference, layout, right());
        assertThat(result.verdict()).as(result.toString()).isEqualTo(Verdict.PASSED);
        assertThat(result.toString()).startsWith("PASSED case [reference ").contains("java, error / bound");
        assertThat(result.worstRatio()).isBetween(0.0, 1.0);
    }

    @Test
    void run_wrongExpectedOutput_failsAndSaysSo() {
        float[] expected = right();
        expected[1] *= 1.00001f;
        CaseResult result = run(reference, Layout.CHANNELS_FIRST, expected);
        assertThat(result.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(result.reason()).contains("the expected output is not the reference's", "position 1");
    }

    @ParameterizedTest
    @EnumSource(FaultyEngine.Kind.class)
    void run_faultyEngine_fails(FaultyEngine.Kind fault) {
        try (Engine engine = FaultyEngine.with(fault)) {
            CaseResult result = run(engine, Layout.CHANNELS_LAST, right());
            assertThat(result.verdict()).isEqualTo(Verdict.FAILED);
            assertThat(result.reason()).doesNotContain("expected output");
        }
    }

    @Test
    void run_otherDims_fails() {
        assertThat(run(reference, Layout.CHANNELS_FIRST, 1, 2).reason())
                .contains("the output must be 1x1x3", "1x1x2", "conv mb1");
    }

    @Test
    void run_sourceThatDoesNotFit_fails() {
        try (Tensor other = Tensor.allocate(Dims.of(1, 2, 4))) {
            var given = new ConvolutionCase("case", LAYER, other, weights, null, other);
            CaseResult result =
                    new CaseRunner(reference, reference, OPTIONS).run(given, Arrangement.of(Layout.CHANNELS_FIRST));
            assertThat(result.verdict()).isEqualTo(Verdict.FAILED);
            assertThat(result.reason()).contains("src must have 1 channels");
        }
    }
}
