package io.github.faltung.checking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Padding;
import io.github.faltung.convolution.RandomProblems;
import io.github.faltung.onednn.OneDnnEngine;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A convolution is a matrix: y = C·x, on every engine, exactly; and Cᵀ is the transposed layer's. */
class ConvolutionMatrixTest {
    private static final long SEED = 20260805;
    private static final int PROBLEMS = 300;

    @Test
    @Tag("native")
    void times_randomProblems_equalsConvolutionAndIm2colOnAllEngines() {
        var problems = new RandomProblems(SEED);
        int transposed = 0;
        int grouped = 0;
        int flipped = 0;
        try (Engine oneDnn = OneDnnEngine.open();
                Engine reference = new ReferenceEngine();
                Engine im2col = new Im2colWitness()) {
            for (int i = 0; i < PROBLEMS; i++) {
                ConvolutionProblem problem = problems.next();
                ConvolutionDescriptor layer = problem.descriptor();
                float[] x = problems.integers(problem.srcDims().elements(), 5);
                try (Tensor w = Tensor.of(problems.integers(layer.weightsDims().elements(), 5), layer.weightsDims())) {
                    float[] y = floats(ConvolutionMatrix.of(problem, w).times(x));
                    for (Engine engine : List.of(reference, oneDnn, im2col)) {
                        assertThat(forward(engine, layer, w, x, problem.srcDims()))
                                .as("%s on %s (seed %d)", problem, engine, SEED)
                                .containsExactly(y);
                    }
                }
                transposed += layer.transposed() ? 1 : 0;
                grouped += layer.groups() > 1 ? 1 : 0;
                flipped += layer.flipKernel() ? 1 : 0;
            }
        }
        assertThat(List.of(transposed, grouped, flipped)).allMatch(count -> count > PROBLEMS / 10);
    }

    @Test
    void times_twoImages_isByHand() {
        ConvolutionProblem problem = ConvolutionProblem.parse("mb2ic1iw3oc1kw2pw0");
        try (Tensor weights = Tensor.of(new float[] {2, -1}, Dims.of(1, 1, 2))) {
            ConvolutionMatrix matrix = ConvolutionMatrix.of(problem, weights);

            assertThat(matrix.times(new float[] {1, 2, 3, 4, 5, 7})).containsExactly(0, 1, 3, 3);
            assertThat(matrix.transpose().times(new float[] {1, 3})).containsExactly(2, 5, -3);
            assertThat(matrix).hasSameHashCodeAs(ConvolutionMatrix.of(problem, weights));
            assertThat(matrix.hashCode()).isNotEqualTo(matrix.transpose().hashCode());
            assertThatThrownBy(() -> matrix.get(0, 3)).isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> matrix.get(2, 0)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void transpose_randomProblems_isTheTransposedLayersMatrix() {
        var problems = new RandomProblems(SEED + 1);
        int outputPadded = 0;
        for (int checked = 0; checked < PROBLEMS; ) {
            ConvolutionProblem problem = problems.next();
            if (problem.descriptor().transposed()) {
                continue;
            }
            checked++;
            ConvolutionDescriptor adjoint = adjointOf(problem);
            outputPadded += adjoint.outputPadding().stream().anyMatch(added -> added > 0) ? 1 : 0;
            Dims dims = problem.descriptor().weightsDims();
            try (Tensor w = Tensor.of(problems.integers(dims.elements(), 9), dims)) {
                ConvolutionMatrix matrix = ConvolutionMatrix.of(problem, w);
                ConvolutionMatrix other = ConvolutionMatrix.of(new ConvolutionProblem(adjoint, problem.dstDims()), w);
                assertThat(matrix.transpose()).as("%s", problem).isEqualTo(other);
                assertThat(other.transpose())
                        .as("%s", problem)
                        .isEqualTo(matrix)
                        .hasSameHashCodeAs(matrix);
                assertThat(matrix.rows() == matrix.columns() || !matrix.equals(other))
                        .isTrue();
            }
        }
        assertThat(outputPadded).isGreaterThan(20);
    }

    @Test
    void toString_oneChannel3x3On4x4_isDoublyBlockedToeplitz() {
        // Dumoulin and Visin (2016), section 4.1.
        assertThat(matrix("mb1ic1ih4oc1kh3", 1, 2, 3, 4, 5, 6, 7, 8, 9)).hasToString("""
                4 x 16 matrix, 36 entries
                1 2 3 . | 4 5 6 . | 7 8 9 . | . . . .
                . 1 2 3 | . 4 5 6 | . 7 8 9 | . . . .
                --------+---------+---------+--------
                . . . . | 1 2 3 . | 4 5 6 . | 7 8 9 .
                . . . . | . 1 2 3 | . 4 5 6 | . 7 8 9""");
    }

    @Test
    void toString_oneAxis_isToeplitz() {
        assertThat(matrix("mb1ic1iw4oc1ow6kw3pw2 --flip-kernel", 1, -2, 0.5f)).hasToString("""
                6 x 4 matrix, 12 entries
                  1   .   .   .
                 -2   1   .   .
                0.5  -2   1   .
                  . 0.5  -2   1
                  .   . 0.5  -2
                  .   .   . 0.5""");
    }

    @Test
    void toString_large_isExtentsOnly() {
        assertThat(matrix("mb1ic1iw65oc1kw1", 1)).hasToString("65 x 65 matrix, 65 entries, not drawn beyond 64 x 64");
    }

    @Test
    void get_anyElement_isTheWeightOrZero() {
        ConvolutionMatrix matrix = matrix("mb1ic1iw3oc1kw2", 0, 7);
        assertThat(matrix.get(0, 0)).isZero();
        assertThat(matrix.hasEntry(0, 0)).isTrue();
        assertThat(matrix.get(1, 2)).isEqualTo(7);
        assertThat(matrix.get(1, 0)).isZero();
        assertThat(matrix.hasEntry(1, 0)).isFalse();
        assertThat(matrix.entries()).isEqualTo(4);
        assertThatThrownBy(() -> matrix.get(2, 0))
                .isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessage("row 2, column 0 is not within 2 x 3");
    }

    @Test
    void of_tooLarge_isRefusedWithNumbers() {
        for (String line :
                List.of("mb1ic64ih56oc64oh56kh3ph1", "mb1ic1iw20000000oc1kw1", "deconv mb1ic1iw5000oc1kw5000")) {
            ConvolutionProblem problem = ConvolutionProblem.parse(line);
            try (Tensor weights = Tensor.allocate(problem.descriptor().weightsDims())) {
                assertThatThrownBy(() -> ConvolutionMatrix.of(problem, weights))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageMatching(
                                "matrix must have at most 16777216 \\w+, but would have \\d{8,9}: .*conv .*");
            }
        }
    }

    @Test
    void of_wideDilation_looksOnlyAtItsTaps() {
        ConvolutionProblem problem = ConvolutionProblem.parse("mb1ic1iw4000000oc1ow1000000kw2dw2999999");
        try (Tensor weights = Tensor.of(new float[] {1, 2}, problem.descriptor().weightsDims())) {
            assertThat(ConvolutionMatrix.of(problem, weights).entries()).isEqualTo(2_000_000);
        }
    }

    @Test
    void misuse_wrongDims_saysWhich() {
        ConvolutionProblem problem = ConvolutionProblem.parse("mb1ic1iw4oc1kw3");
        try (Tensor weights = Tensor.allocate(Dims.of(1, 1, 2))) {
            assertThatThrownBy(() -> ConvolutionMatrix.of(problem, weights))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("weights must have dims 1x1x3, but was 1x1x2: conv ");
        }
        assertThatThrownBy(() -> matrix("mb1ic1iw4oc1kw3", 1, 2, 3).times(new float[5]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("multiple of 4", "had 5");
    }

    private static ConvolutionMatrix matrix(String line, float... weights) {
        ConvolutionProblem problem = ConvolutionProblem.parse(line);
        try (Tensor w = Tensor.of(weights, problem.descriptor().weightsDims())) {
            return ConvolutionMatrix.of(problem, w);
        }
    }

    private static float[] forward(Engine engine, ConvolutionDescriptor layer, Tensor weights, float[] src, Dims dims) {
        try (Convolution conv = engine.convolution(layer, weights)) {
            float[] y = conv.forward(src, dims);
            for (int i = 0; i < y.length; i++) {
                y[i] += 0f; // == does not tell the zeros apart
            }
            return y;
        }
    }

    private static float[] floats(double[] values) {
        var narrow = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            narrow[i] = (float) values[i] + 0f;
        }
        return narrow;
    }

    /** The transposed layer with the same weights that takes the problem's output back to its source. */
    private static ConvolutionDescriptor adjointOf(ConvolutionProblem problem) {
        ConvolutionDescriptor layer = problem.descriptor();
        var before = new ArrayList<Integer>();
        var after = new ArrayList<Integer>();
        var unreached = new ArrayList<Integer>();
        problem.axes().forEach(axis -> {
            before.add((int) axis.paddingL());
            after.add((int) Math.max(0, axis.paddingR()));
            unreached.add((int) Math.max(0, -axis.paddingR()));
        });
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
                List.of());
    }
}
