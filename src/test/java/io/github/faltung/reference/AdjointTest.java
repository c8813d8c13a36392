package io.github.faltung.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Padding;
import io.github.faltung.convolution.RandomProblems;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** ⟨conv(x, w), y⟩ = ⟨x, convᵀ(y, w)⟩, exactly, since everything is a small integer. */
class AdjointTest {
    private static final long SEED = 20260804;

    @Test
    void transposed_ofRandomProblems_isTheAdjoint() {
        var problems = new RandomProblems(SEED);
        int outputPadded = 0;
        int asymmetric = 0;
        int grouped = 0;
        int checked = 0;
        try (Engine engine = new ReferenceEngine()) {
            while (checked < 400) {
                ConvolutionProblem problem = problems.next();
                if (problem.descriptor().transposed()) {
                    continue;
                }
                ConvolutionDescriptor adjoint = adjointOf(problem);
                float[] x = problems.integers(problem.srcDims().elements(), 5);
                float[] y = problems.integers(problem.dstDims().elements(), 5);
                float[] w = problems.integers(problem.descriptor().weightsDims().elements(), 5);
                float[] forward = run(engine, problem.descriptor(), w, x, problem.srcDims());
                float[] backward = run(engine, adjoint, w, y, problem.dstDims());
                double left = dot(forward, y);
                assertThat(dot(x, backward)).as("%s (seed %d)", problem, SEED).isEqualTo(left);
                checked++;
                outputPadded += adjoint.outputPadding().stream().anyMatch(added -> added > 0) ? 1 : 0;
                asymmetric += problem.axes().stream().anyMatch(axis -> axis.paddingL() != axis.paddingR()) ? 1 : 0;
                grouped += adjoint.groups() > 1 ? 1 : 0;
            }
        }
        assertThat(List.of(outputPadded, asymmetric, grouped)).allMatch(count -> count > 50);
    }

    /** The transposed layer that takes the problem's output back to its source: the same weights, its numbers in AxisGeometry. */
    private static ConvolutionDescriptor adjointOf(ConvolutionProblem problem) {
        ConvolutionDescriptor layer = problem.descriptor();
        List<Integer> before =
                problem.axes().stream().map(axis -> (int) axis.paddingL()).toList();
        List<Integer> after = problem.axes().stream()
                .map(axis -> (int) Math.max(0, axis.paddingR()))
                .toList();
        List<Integer> unreached = problem.axes().stream()
                .map(axis -> (int) Math.max(0, -axis.paddingR()))
                .toList();
        return new ConvolutionDescriptor(
                layer.outputChannels(),
                layer.inputChannels(),
                layer.groups(),
                layer.kernel(),
                layer.strides(),
                layer.dilation(),
                Padding.explicit(before, after),
                true,
                unreached,
                List.of(),
                layer.flipKernel(),
                Collections.emptyList());
    }

    private static float[] run(Engine engine, ConvolutionDescriptor layer, float[] weights, float[] src, Dims dims) {
        try (Tensor w = Tensor.of(weights, layer.weightsDims());
                Convolution conv = engine.convolution(layer, w)) {
            return conv.forward(src, dims);
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
}
