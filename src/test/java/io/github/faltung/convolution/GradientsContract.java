package io.github.faltung.convolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/**
 * Gradients, on every engine: the adjoint identity ⟨conv(x, w), y⟩ = ⟨x, backwardData(w, y)⟩ = ⟨w, backwardWeights(x, y)⟩, exactly, since
 * everything is a small integer; and misuse.
 */
public interface GradientsContract extends TypedGradientsContract {
    @Test
    default void gradients_randomProblems_areAdjoints() {
        var problems = new RandomProblems(30);
        try (Engine engine = open()) {
            problems.take(120).forEach(problem -> assertAdjoint(engine, problem, problems));
        }
    }

    /** With one image and few channels, which leaves windows, strides, padding and groups as they are. */
    @Test
    default void gradients_problemFiles_areAdjoints() throws IOException {
        var problems = new RandomProblems(31);
        int checked = 0;
        try (Engine engine = open()) {
            for (ConvolutionProblem problem : small()) {
                assertAdjoint(engine, problem, problems);
                checked++;
            }
        }
        assertThat(checked).isGreaterThan(60);
    }

    private static List<ConvolutionProblem> small() throws IOException {
        var all = new ArrayList<ConvolutionProblem>();
        for (String folder : List.of("src/test/resources/problems", "../shared/conformance/benchdnn")) {
            if (!Files.isDirectory(Path.of(folder))) {
                continue;
            }
            try (Stream<Path> files = Files.walk(Path.of(folder))) {
                // oneDNN has no sound implementation for huge numbers.
                for (Path file : files.filter(Files::isRegularFile)
                        .filter(one -> !one.endsWith("huge-defects"))
                        .toList()) {
                    boolean transposed = file.resolveSibling("").endsWith("deconv");
                    for (String line : Files.readAllLines(file)) {
                        if (!line.isBlank() && !line.startsWith("#") && !line.startsWith("--")) {
                            all.add(small(
                                    ProblemLine.parse(line.strip(), transposed).convolution()));
                        }
                    }
                }
            }
        }
        return all.stream()
                .filter(problem -> problem.multiplyAdds() < 400_000)
                .distinct()
                .toList();
    }

    private static ConvolutionProblem small(ConvolutionProblem problem) {
        ConvolutionDescriptor layer = problem.descriptor();
        int groups = Math.min(2, layer.groups());
        int inputs = groups * Math.min(2, layer.inputChannels() / layer.groups());
        int outputs = groups * Math.min(3, layer.outputChannels() / layer.groups());
        long[] src = problem.srcDims().toArray();
        src[0] = 1;
        src[1] = inputs;
        return new ConvolutionProblem(withChannels(layer, inputs, outputs, groups), Dims.of(src));
    }

    private static ConvolutionDescriptor withChannels(
            ConvolutionDescriptor layer, int inputs, int outputs, int groups) {
        return new ConvolutionDescriptor(
                inputs,
                outputs,
                groups,
                layer.kernel(),
                layer.strides(),
                layer.dilation(),
                layer.padding(),
                layer.transposed(),
                layer.outputPadding(),
                layer.outputSize(),
                layer.flipKernel(),
                List.of());
    }

    private static void assertAdjoint(Engine engine, ConvolutionProblem problem, RandomProblems random) {
        ConvolutionDescriptor layer = problem.descriptor();
        float[] x = random.integers(problem.srcDims().elements(), 2);
        float[] y = random.integers(problem.dstDims().elements(), 2);
        float[] w = random.integers(layer.weightsDims().elements(), 2);
        try (Tensor src = Tensor.of(x, problem.srcDims());
                Tensor diffDst = Tensor.of(y, problem.dstDims());
                Tensor weights = Tensor.of(w, layer.weightsDims());
                Tensor dst = Tensor.allocate(problem.dstDims());
                Tensor diffSrc = Tensor.allocate(problem.srcDims());
                Tensor diffWeights = Tensor.allocate(layer.weightsDims());
                Tensor diffBias = Tensor.allocate(layer.biasDims());
                Convolution conv = engine.convolution(layer, weights);
                ConvolutionGradients gradients = engine.gradients(layer)) {
            conv.forward(src, dst);
            gradients.backwardData(weights, diffDst, diffSrc);
            gradients.backwardWeights(src, diffDst, diffWeights, diffBias);
            double left = dot(dst.toFloatArray(), y);
            assertThat(dot(x, diffSrc.toFloatArray()))
                    .as("diffSrc, %s", problem)
                    .isEqualTo(left);
            assertThat(dot(w, diffWeights.toFloatArray()))
                    .as("diffWeights, %s", problem)
                    .isEqualTo(left);
            var ones = new float[(int) layer.biasDims().elements()];
            Arrays.fill(ones, 1);
            var all = new float[y.length];
            Arrays.fill(all, 1);
            assertThat(dot(diffBias.toFloatArray(), ones))
                    .as("diffBias, %s", problem)
                    .isEqualTo(dot(y, all));
        }
    }

    private static double dot(float[] a, float[] b) {
        assertThat(a).hasSameSizeAs(b);
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    private static void assertRefused(ThrowingCallable use, String message) {
        assertThatThrownBy(use).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(message);
    }

    @Test
    default void gradients_misuse_throwsAndStaysUsable() {
        ConvolutionDescriptor layer =
                ConvolutionDescriptor.conv2d(4, 6).groups(2).kernel(3).build();
        try (Engine engine = open();
                Tensor weights = Tensor.allocate(layer.weightsDims());
                Tensor src = Tensor.allocate(Dims.of(1, 4, 5, 5));
                Tensor dst = Tensor.allocate(Dims.of(1, 6, 3, 3));
                Tensor bias = Tensor.allocate(Dims.of(6));
                Tensor other = Tensor.allocate(Dims.of(1, 6, 3, 4))) {
            assertRefused(
                    () -> engine.gradients(ConvolutionDescriptor.conv1d(1, 1)
                            .postOps(PostOp.relu())
                            .build()),
                    "postOps must be empty, since gradients are those of the sum, but was [relu");
            ConvolutionGradients gradients = engine.gradients(layer);
            assertRefused(
                    () -> gradients.backwardData(weights, other, src),
                    "diffDst must have dims 1x6x3x3, but was 1x6x3x4: conv g2ic4oc6");
            assertRefused(() -> gradients.backwardData(src, dst, src), "weights must have dims 6x2x3x3");
            assertRefused(
                    () -> gradients.backwardData(weights, dst, other), "diffSrc as src: src must have 4 channels");
            assertRefused(() -> gradients.backwardWeights(src, other, weights, bias), "diffDst must have dims 1x6x3x3");
            assertRefused(() -> gradients.backwardWeights(src, dst, other, null), "diffWeights must have dims 6x2x3x3");
            assertRefused(() -> gradients.backwardWeights(src, dst, weights, weights), "diffBias must have dims 6");
            Tensor closed = Tensor.allocate(Dims.of(6));
            closed.close();
            assertThatThrownBy(() -> gradients.backwardWeights(src, dst, weights, closed))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("tensor is closed");
            gradients.backwardWeights(src, dst, weights, null);
            assertThat(gradients
                            .explainBackwardData(src.dims(), Layout.CHANNELS_LAST)
                            .implementation())
                    .isNotEmpty();
            assertThat(gradients
                            .explainBackwardWeights(src.dims(), Layout.CHANNELS_LAST)
                            .implementation())
                    .isNotEmpty();
            gradients.close();
            gradients.close();
            assertThatThrownBy(() -> gradients.backwardData(weights, dst, src))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(engine.name() + " layer gradients of conv g2ic4oc6kh3kw3 padding VALID is closed");
        }
    }

    @Test
    default void backwardData_sharedMemory_throws() {
        ConvolutionDescriptor layer = ConvolutionDescriptor.conv1d(1, 1).build();
        try (Engine engine = open();
                Tensor weights = Tensor.allocate(layer.weightsDims());
                Tensor both = Tensor.allocate(Dims.of(1, 1, 3));
                ConvolutionGradients gradients = engine.gradients(layer)) {
            assertRefused(
                    () -> gradients.backwardData(weights, both, both), "diffSrc must not share memory with diffDst");
            assertRefused(() -> gradients.backwardWeights(both, both, weights, both), "diffBias must have dims 1");
        }
    }

    @Test
    default void updateWeights_preparedLayer_computesWithTheNewOnes() {
        for (boolean flip : new boolean[] {false, true}) {
            ConvolutionBuilder builder = ConvolutionDescriptor.conv1d(1, 1).kernel(2);
            ConvolutionDescriptor layer = (flip ? builder.flipKernel() : builder).build();
            try (Engine engine = open();
                    Tensor weights = Tensor.of(new float[] {1, 2}, layer.weightsDims());
                    Tensor bias = Tensor.of(new float[] {10}, layer.biasDims());
                    Convolution conv = engine.convolution(layer, weights, bias)) {
                assertThat(conv.forward(new float[] {1, 3}, Dims.of(1, 1, 2))).containsExactly(flip ? 15 : 17);
                weights.copyFrom(new float[] {5, 7}, Layout.CHANNELS_FIRST);
                bias.copyFrom(new float[] {20}, Layout.CHANNELS_FIRST);
                conv.updateWeights(weights, bias);
                assertThat(conv.forward(new float[] {1, 3}, Dims.of(1, 1, 2))).containsExactly(flip ? 42 : 46);
                assertRefused(() -> conv.updateWeights(bias, bias), "weights must have dims 1x1x2, but was 1");
                assertRefused(() -> conv.updateWeights(weights, null), "bias must be given, as at preparation");
                assertThat(conv.forward(new float[] {1, 3}, Dims.of(1, 1, 2))).containsExactly(flip ? 42 : 46);
            }
        }
    }
}
