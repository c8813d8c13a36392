package io.github.faltung.convolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Gradients of layers of bf16 and f16, on every engine; and misuse of types. */
public interface TypedGradientsContract {
    /** Returns a new engine, which the test closes. */
    Engine open();

    /**
     * Factors are −1 and 1 and sums have at most 3 · 4³ = 192 of them, so all that is rounded is exact: bf16 holds integers up to 2⁸. Sums
     * over images and places may be larger; those are asked for in f32.
     */
    @ParameterizedTest
    @ValueSource(strings = {"bf16", "bf16:bf16:f32", "f16", "f16:f16:f32"})
    default void gradients_shortTypes_areAdjoints(String types) {
        var problems = new RandomProblems(32);
        try (Engine engine = open()) {
            problems.take(60).forEach(problem -> {
                ConvolutionDescriptor layer =
                        problem.descriptor().withTypes(LayerTypes.parse(types), Quantization.NONE);
                assertAdjoint(engine, new ConvolutionProblem(layer, problem.srcDims()), problems);
            });
        }
    }

    private static void assertAdjoint(Engine engine, ConvolutionProblem problem, RandomProblems random) {
        ConvolutionDescriptor layer = problem.descriptor();
        LayerTypes types = layer.types();
        float[] x = random.integers(problem.srcDims().elements(), 1);
        float[] y = random.integers(problem.dstDims().elements(), 1);
        float[] w = random.integers(layer.weightsDims().elements(), 1);
        try (Tensor src = tensor(types.src(), problem.srcDims(), x);
                Tensor diffDst = tensor(types.dst(), problem.dstDims(), y);
                Tensor weights = tensor(types.weights(), layer.weightsDims(), w);
                Tensor dst = Tensor.allocate(types.dst(), problem.dstDims(), Layout.CHANNELS_FIRST);
                Tensor diffSrc = Tensor.allocate(types.src(), problem.srcDims(), Layout.CHANNELS_FIRST);
                Tensor diffWeights = Tensor.allocate(layer.weightsDims());
                Tensor rounded = Tensor.allocate(types.weights(), layer.weightsDims(), Layout.CHANNELS_FIRST);
                Tensor diffBias = Tensor.allocate(layer.biasDims());
                Convolution conv = engine.convolution(layer, weights);
                ConvolutionGradients gradients = engine.gradients(layer)) {
            conv.forward(src, dst);
            gradients.backwardData(weights, diffDst, diffSrc);
            gradients.backwardWeights(src, diffDst, diffWeights, diffBias);
            gradients.backwardWeights(src, diffDst, rounded, null);
            double left = dot(dst.toFloatArray(), y);
            assertThat(dot(x, diffSrc.toFloatArray()))
                    .as("diffSrc, %s", problem)
                    .isEqualTo(left);
            float[] unrounded = diffWeights.toFloatArray();
            assertThat(dot(w, unrounded)).as("diffWeights, %s", problem).isEqualTo(left);
            for (int i = 0; i < unrounded.length; i++) {
                unrounded[i] = (float) types.weights().round(unrounded[i]);
            }
            assertThat(rounded.toFloatArray())
                    .as("rounded diffWeights, %s", problem)
                    .containsExactly(unrounded);
            assertThat(sum(diffBias.toFloatArray())).as("diffBias, %s", problem).isEqualTo(sum(y));
        }
    }

    private static Tensor tensor(DataType type, Dims dims, float[] values) {
        Tensor tensor = Tensor.allocate(type, dims, Layout.CHANNELS_FIRST);
        tensor.copyFrom(values, Layout.CHANNELS_FIRST);
        return tensor;
    }

    private static double dot(float[] a, float[] b) {
        assertThat(a).hasSameSizeAs(b);
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    private static double sum(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum;
    }

    @Test
    default void gradients_integers_areRefused() {
        ConvolutionDescriptor layer = ConvolutionDescriptor.conv1d(1, 1)
                .dataTypes(DataType.U8, DataType.S8, DataType.S32)
                .build();
        try (Engine engine = open()) {
            assertRefused(
                    () -> engine.gradients(layer),
                    "types must not be integers, since gradients are of floating-point types, but was u8:s8:s32: conv");
        }
    }

    @Test
    default void gradients_otherTypesThanTheLayers_areRefused() {
        assertTypes("bf16", DataType.F16, "bf16", "bf16", "bf16", "f32 or bf16");
        assertTypes("f16", DataType.BF16, "f16", "f16", "f16", "f32 or f16");
        assertTypes("bf16:bf16:f32", DataType.F16, "bf16", "bf16", "f32", "f32 or bf16");
        assertTypes("f32", DataType.BF16, "f32", "f32", "f32", "f32");
    }

    private void assertTypes(
            String types, DataType wrong, String src, String weights, String dst, String ofDiffWeights) {
        ConvolutionDescriptor layer =
                ConvolutionDescriptor.conv1d(1, 1).build().withTypes(LayerTypes.parse(types), Quantization.NONE);
        Dims dims = Dims.of(1, 1, 1);
        try (Engine engine = open();
                ConvolutionGradients gradients = engine.gradients(layer);
                Tensor x = Tensor.allocate(layer.types().src(), dims, Layout.CHANNELS_FIRST);
                Tensor y = Tensor.allocate(layer.types().dst(), dims, Layout.CHANNELS_FIRST);
                Tensor w = Tensor.allocate(layer.types().weights(), dims, Layout.CHANNELS_FIRST);
                Tensor other = Tensor.allocate(wrong, dims, Layout.CHANNELS_FIRST);
                Tensor diffWeights = Tensor.allocate(dims);
                Tensor otherBias = Tensor.allocate(wrong, Dims.of(1), Layout.CHANNELS_FIRST)) {
            String but = ", but was " + wrong + ": conv ic1oc1";
            assertRefused(() -> gradients.backwardData(other, y, x), "weights must be " + weights + but);
            assertRefused(() -> gradients.backwardData(w, other, x), "diffDst must be " + dst + but);
            assertRefused(() -> gradients.backwardData(w, y, other), "diffSrc must be " + src + but);
            assertRefused(() -> gradients.backwardWeights(other, y, w, null), "src must be " + src + but);
            assertRefused(() -> gradients.backwardWeights(x, other, w, null), "diffDst must be " + dst + but);
            assertRefused(
                    () -> gradients.backwardWeights(x, y, other, null), "diffWeights must be " + ofDiffWeights + but);
            assertRefused(() -> gradients.backwardWeights(x, y, w, otherBias), "diffBias must be f32" + but);
            gradients.backwardWeights(x, y, diffWeights, null);
        }
    }

    private static void assertRefused(ThrowingCallable use, String message) {
        assertThatThrownBy(use).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(message);
    }
}
