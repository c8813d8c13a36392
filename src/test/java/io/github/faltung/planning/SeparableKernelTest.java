package io.github.faltung.planning;

import static io.github.faltung.convolution.ConvolutionDescriptor.conv2d;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.checking.Comparison;
import io.github.faltung.checking.SeparableBound;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Padding;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.convolution.Sequential;
import io.github.faltung.onednn.OneDnnEngine;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Kernels that are separable are found to be, run as two passes on any engine, and are as right as the bound says. */
@Tag("native")
class SeparableKernelTest {
    private static final long SEED = 20260807;

    static Stream<Arguments> layers() {
        return Stream.<Supplier<Engine>>of(ReferenceEngine::new, OneDnnEngine::open)
                .flatMap(engine -> Stream.of(
                        Arguments.of(
                                conv2d(1, 1).kernel(21).padding(Padding.same()).build(), 1, engine),
                        Arguments.of(
                                conv2d(1, 1)
                                        .kernel(9, 7)
                                        .padding(Padding.full())
                                        .postOps(PostOp.relu())
                                        .build(),
                                3,
                                engine),
                        Arguments.of(
                                conv2d(1, 1)
                                        .kernel(5)
                                        .stride(2, 3)
                                        .dilation(2, 1)
                                        .padding(Padding.explicit(List.of(0, 2), List.of(3, 1)))
                                        .flipKernel()
                                        .build(),
                                2,
                                engine),
                        Arguments.of(
                                conv2d(6, 6)
                                        .depthwise()
                                        .kernel(7)
                                        .padding(Padding.causal())
                                        .postOps(PostOp.tanh())
                                        .build(),
                                2,
                                engine),
                        Arguments.of(conv2d(4, 8).groups(2).kernel(3).padding(1).build(), 2, engine),
                        Arguments.of(
                                conv2d(16, 8)
                                        .kernel(5, 3)
                                        .padding(Padding.sameLower())
                                        .build(),
                                5,
                                engine)));
    }

    @ParameterizedTest
    @MethodSource("layers")
    void find_sumOfProducts_isFoundAndWithinTheBound(ConvolutionDescriptor layer, int rank, Supplier<Engine> open) {
        var random = new Random(SEED);
        Dims srcDims = Dims.of(2, layer.inputChannels(), 26, 23);
        try (Engine engine = open.get();
                Engine reference = new ReferenceEngine();
                Tensor weights = Tensor.of(ofRank(layer, rank, random), layer.weightsDims());
                Tensor bias = Tensor.of(reals(layer.outputChannels(), random), layer.biasDims());
                Tensor src = Tensor.of(reals((int) srcDims.elements(), random), srcDims)) {
            SeparableKernel kernel = SeparableKernel.find(layer, weights);
            assertThat(kernel.descriptor().rank()).isEqualTo(rank);
            try (Tensor columns = kernel.vertical();
                    Tensor rows = kernel.horizontal();
                    Sequential passes = kernel.prepare(engine, bias);
                    Tensor dst = passes.forward(src)) {
                float[] found = dst.toFloatArray();
                var bound = new SeparableBound(kernel.descriptor(), weights, columns, rows, bias);
                Comparison comparison = bound.compare(reference, src, found);
                assertThat(comparison.isMatch()).as("%s", comparison).isTrue();
                assertThat(comparison.worstRatio()).isGreaterThan(1e-4); // no bound so wide that anything passes
                for (int i = 0; i < found.length; i++) {
                    found[i] += 3e-3f;
                }
                assertThat(bound.compare(reference, src, found).mismatches()).isGreaterThan(found.length * 9L / 10);
            }
        }
    }

    @Test
    void approximate_lowerRank_isWithinTheFactorisationsError() {
        ConvolutionDescriptor layer = conv2d(1, 1).kernel(7).padding(3).build();
        var random = new Random(SEED);
        Dims srcDims = Dims.of(1, 1, 30, 30);
        try (Engine engine = OneDnnEngine.open();
                Engine reference = new ReferenceEngine();
                Tensor weights = Tensor.of(reals(49, random), layer.weightsDims());
                Tensor src = Tensor.of(reals(900, random), srcDims)) {
            SeparableKernel kernel = SeparableKernel.approximate(layer, weights, 3);
            try (Tensor columns = kernel.vertical();
                    Tensor rows = kernel.horizontal();
                    Sequential passes = kernel.prepare(engine, null);
                    Tensor dst = passes.forward(src)) {
                var bound = new SeparableBound(kernel.descriptor(), weights, columns, rows, null);
                Comparison comparison = bound.compare(reference, src, dst.toFloatArray());
                assertThat(comparison.isMatch()).as("%s", comparison).isTrue();
                // It is the term of w − ŵ that makes it so: the error is nothing that rounding explains.
                assertThat(Math.abs(
                                comparison.worst().found() - comparison.worst().expected()))
                        .isGreaterThan(0.01);
            }
        }
    }

    @Test
    void find_wellKnownKernels_haveTheirRank() {
        assertThat(rank(3, new float[] {1, 0, -1, 2, 0, -2, 1, 0, -1})).isEqualTo(1); // Sobel
        var gauss = new float[21 * 21];
        var laplace = new float[21 * 21];
        for (int i = 0; i < gauss.length; i++) {
            double y = (i / 21 - 10) / 3.0;
            double x = (i % 21 - 10) / 3.0;
            gauss[i] = (float) Math.exp(-(x * x + y * y) / 2);
            laplace[i] = (float) ((x * x + y * y - 2) * Math.exp(-(x * x + y * y) / 2));
        }
        assertThat(rank(21, gauss)).isEqualTo(1);
        assertThat(rank(21, laplace)).isEqualTo(2);
        assertThat(rank(3, new float[9])).isEqualTo(1);
    }

    private static int rank(int size, float[] values) {
        ConvolutionDescriptor layer = conv2d(1, 1).kernel(size).build();
        try (Tensor weights = Tensor.of(values, layer.weightsDims())) {
            return SeparableKernel.find(layer, weights).descriptor().rank();
        }
    }

    @Test
    void find_nothingToSave_isRefusedWithNumbers() {
        // r·(kh + kw) ≥ kh·kw
        assertThatThrownBy(() -> rank(2, new float[] {1, 2, 2, 4}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("than as they are, 4, but of rank 1 they have 4", "kh2kw2");
        assertThatThrownBy(() -> rank(3, new float[] {1, 0, 0, 0, 1, 0, 0, 0, 1}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("as they are, 9, but of rank 3 they have 18");
        assertThatThrownBy(() -> rank(5, reals(25, new Random(SEED))))
                .hasMessageContainingAll("as they are, 25, but of rank 5 they have 50");
    }

    @Test
    void misuse_anyMistake_isSaidWithNumbers() {
        ConvolutionDescriptor layer = conv2d(1, 1).kernel(5).build();
        ConvolutionDescriptor wide = conv2d(64, 256).kernel(3).build();
        ConvolutionDescriptor line =
                ConvolutionDescriptor.conv1d(1, 1).kernel(5).build();
        ConvolutionDescriptor transposed =
                ConvolutionDescriptor.transposed2d(1, 1).kernel(5).build();
        try (Tensor three = Tensor.allocate(Dims.of(1, 1, 3, 3));
                Tensor five = Tensor.allocate(layer.weightsDims());
                Tensor many = Tensor.allocate(wide.weightsDims());
                Engine engine = new ReferenceEngine()) {
            assertThatThrownBy(() -> SeparableKernel.find(layer, three))
                    .hasMessageContaining("weights must have dims 1x1x5x5, but was 1x1x3x3");
            assertThatThrownBy(() -> SeparableKernel.find(wide, many)).hasMessageContaining("but was 192 x 768");
            assertThatThrownBy(() -> SeparableKernel.find(line, five)).hasMessageContaining("must have 2 axes");
            assertThatThrownBy(() -> SeparableKernel.find(transposed, five)).hasMessageContaining("transposed must be");
            assertThatThrownBy(() -> SeparableKernel.approximate(layer, five, 0))
                    .hasMessageContaining("rank must be");
            SeparableKernel zero = SeparableKernel.find(layer, five);
            assertThatThrownBy(() -> zero.prepare(engine, three)).hasMessageContaining("bias must have dims 1,");
            five.set(Float.NaN, 0, 0, 1, 1);
            assertThatThrownBy(() -> SeparableKernel.find(layer, five)).hasMessageContaining("finite, but one was NaN");
        }
    }

    private static float[] reals(int count, Random random) {
        var values = new float[count];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat() * 2 - 1;
        }
        return values;
    }

    /** Weights of which each group is a sum of so many products, rounded to f32. */
    private static float[] ofRank(ConvolutionDescriptor layer, int rank, Random random) {
        int kh = layer.kernel().get(0);
        int kw = layer.kernel().get(1);
        int inputs = layer.inputChannels() / layer.groups();
        int outputs = layer.outputChannels() / layer.groups();
        var weights = new double[layer.outputChannels() * inputs * kh * kw];
        for (int group = 0; group < layer.groups(); group++) {
            for (int j = 0; j < rank; j++) {
                float[] column = reals(inputs * kh, random);
                float[] row = reals(outputs * kw, random);
                for (int i = 0; i < outputs * inputs * kh * kw; i++) {
                    int at = i / (inputs * kh * kw) * kw + i % kw;
                    weights[group * outputs * inputs * kh * kw + i] +=
                            (double) column[i / kw % (inputs * kh)] * row[at];
                }
            }
        }
        var rounded = new float[weights.length];
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = (float) (weights[i] / kh);
        }
        return rounded;
    }
}
