package io.github.faltung.checking;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.DeformableDescriptor;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Padding;
import io.github.faltung.convolution.PoolingDescriptor;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.List;
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

    private static CaseResult run(Case given, Engine engine, Engine reference) {
        return new CaseRunner(engine, reference, OPTIONS).run(given, Arrangement.of(Layout.CHANNELS_LAST));
    }

    @Test
    void run_pooling_isComparedToo() {
        PoolingDescriptor max = PoolingDescriptor.max1d().kernel(2).stride(2).build();
        PoolingDescriptor mean = PoolingDescriptor.average1d().kernel(4).build();
        try (Tensor largest = Tensor.of(new float[] {0.2f, 0.5f}, Dims.of(1, 1, 2));
                Tensor next = Tensor.of(new float[] {0.2f, Math.nextUp(0.5f)}, Dims.of(1, 1, 2));
                Tensor mid = Tensor.of(new float[] {1.1f / 4}, Dims.of(1, 1, 1))) {
            var right = new PoolingCase("max", max, src, largest);
            assertThat(run(right, reference, reference).verdict()).isEqualTo(Verdict.PASSED);
            var wrong = new PoolingCase("max", max, src, next);
            assertThat(run(wrong, reference, reference).reason()).contains("position 1: expected 0.5");
            assertThat(run(new PoolingCase("mean", mean, src, mid), reference, reference)
                            .verdict())
                    .isEqualTo(Verdict.PASSED);
            assertThat(run(new PoolingCase("other", mean, src, largest), reference, reference)
                            .reason())
                    .contains("the output must be 1x1x1", "1x1x2", "avg");
        }
    }

    @Test
    void run_deformable_isComparedToo() {
        DeformableDescriptor layer = DeformableDescriptor.deformable2d(1, 1).build();
        try (Tensor x = Tensor.of(new float[] {1, 3}, Dims.of(1, 1, 1, 2));
                Tensor w = Tensor.of(new float[] {2}, Dims.of(1, 1, 1, 1));
                Tensor offsets = Tensor.of(new float[] {0, 0, 0.5f, 0}, Dims.of(1, 2, 1, 2));
                Tensor mask = Tensor.of(new float[] {1, 5}, Dims.of(1, 1, 1, 2));
                Tensor masked = Tensor.of(new float[] {4 + 1, 30 + 1}, Dims.of(1, 1, 1, 2));
                Tensor plain = Tensor.of(new float[] {4, 6}, Dims.of(1, 1, 1, 2))) {
            var withMask = new DeformableCase("masked", layer, w, bias, x, offsets, mask, masked);
            assertThat(run(withMask, reference, reference).verdict()).isEqualTo(Verdict.PASSED);
            var without = new DeformableCase("plain", layer, w, null, x, offsets, null, plain);
            assertThat(run(without, reference, reference).verdict()).isEqualTo(Verdict.PASSED);
            var swapped = new DeformableCase("swapped", layer, w, null, x, offsets, null, masked);
            assertThat(run(swapped, reference, reference).reason()).contains("expected 4.0, found 5.0");
        }
    }

    /** Of ONNX's averagepool_2d_ceil_last_window_starts_on_pad: the first four numbers over nine are 0.151055…, the next 0.28404…. */
    @Test
    void run_sourceAndExpectedOutputInDecimals_areComparedInThem() {
        PoolingDescriptor mean = PoolingDescriptor.average1d()
                .kernel(9)
                .padding(Padding.explicit(List.of(3), List.of(2)))
                .countIncludePad()
                .build();
        float[] first = {0.858f, 0.0786f, 0.2692f, 0.1537f};
        float[] next = {0.8816f, 0.4353f, 0.5772f, 0.6623f};
        assertThat(decimals(mean, 0.1511f, first)).startsWith("PASSED").contains("written in 4 decimals");
        assertThat(decimals(mean, 0.151f, first)).startsWith("PASSED");
        assertThat(decimals(mean, 0.2841f, next)).startsWith("PASSED").contains("written in 4 decimals");
        assertThat(decimals(mean, 0.2842f, next)).startsWith("FAILED").contains("found 0.2842");
        assertThat(decimals(mean, 0.28405f, next)).startsWith("FAILED"); // more decimals than the source
        assertThat(decimals(mean, 0.25f, next)).startsWith("FAILED"); // a float of its own
        assertThat(decimals(mean, 0, next)).startsWith("FAILED");
        assertThat(decimals(mean, 0.2841f, 0.8816123f, 0.4353f, 0.5772f, 0.6623f))
                .startsWith("FAILED"); // full source
        assertThat(decimals(mean, 1.2f, 1, 2, 3, 5)).startsWith("FAILED"); // integers lose nothing: 11 / 9
    }

    @Test
    void run_maximaInDecimals_areExact() {
        PoolingDescriptor max = PoolingDescriptor.max1d().kernel(4).build();
        assertThat(decimals(max, 0.8815f, 0.8816f, 0.4353f, 0.5772f, 0.6623f)).startsWith("FAILED");
    }

    private String decimals(PoolingDescriptor layer, float expected, float... source) {
        try (Tensor x = Tensor.of(source, Dims.of(1, 1, 4));
                Tensor output = Tensor.of(new float[] {expected}, Dims.of(1, 1, 1))) {
            return run(new PoolingCase("case", layer, x, output), reference, reference)
                    .toString();
        }
    }

    /** A node of a network has nobody's output beside it. */
    @Test
    void run_nothingExpected_comparesWithTheReferenceAlone() {
        var given = new ConvolutionCase("case", LAYER, src, weights, bias, null);
        CaseResult result = run(given, reference, reference);
        assertThat(result.verdict()).isEqualTo(Verdict.PASSED);
        assertThat(result.expectedRatio()).isNaN();
        assertThat(result.toString()).contains("error / bound").doesNotContain("expected");
    }

    @ParameterizedTest
    @EnumSource(FaultyEngine.Kind.class)
    void run_nothingExpectedOfAFaultyEngine_fails(FaultyEngine.Kind fault) {
        var given = new ConvolutionCase("case", LAYER, src, weights, bias, null);
        try (Engine engine = FaultyEngine.with(fault)) {
            assertThat(run(given, engine, reference).verdict()).isEqualTo(Verdict.FAILED);
        }
    }
}
