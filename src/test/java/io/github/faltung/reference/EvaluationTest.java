package io.github.faltung.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Evaluation;
import io.github.faltung.convolution.Evaluator;
import io.github.faltung.convolution.Place;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.convolution.RandomProblems;
import io.github.faltung.convolution.Scatter;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EvaluationTest {
    private static final long SEED = 20260805;

    @Test
    void evaluate_randomProblems_countsProductsAndMagnitudesAsScatterDoes() {
        var problems = new RandomProblems(SEED);
        try (Engine engine = new ReferenceEngine()) {
            for (ConvolutionProblem problem : problems.take(300)) {
                float[] x = problems.integers(problem.srcDims().elements(), 5);
                float[] w = problems.integers(problem.descriptor().weightsDims().elements(), 5);
                float[] b = problems.integers(problem.descriptor().outputChannels(), 5);
                try (Tensor src = Tensor.of(x, problem.srcDims());
                        Tensor dst = Tensor.allocate(problem.dstDims());
                        Tensor weights = Tensor.of(w, problem.descriptor().weightsDims());
                        Tensor bias = Tensor.of(b, problem.descriptor().biasDims());
                        Convolution layer = engine.convolution(problem.descriptor(), weights, bias)) {
                    Evaluation evaluation = ((Evaluator) layer).evaluate(src, dst);
                    assertThat(evaluation.products()).as("%s", problem).containsExactly(Scatter.products(problem));
                    assertThat(evaluation.magnitudes())
                            .as("%s", problem)
                            .containsExactly(doubles(Scatter.forward(problem, abs(x), abs(w), abs(b), b)));
                    assertThat(evaluation.values())
                            .as("%s", problem)
                            .containsExactly(doubles(Scatter.forward(problem, x, w, b, b)));
                    assertThat(evaluation.stages()).hasSize(1);
                }
            }
        }
    }

    private static float[] abs(float[] values) {
        var result = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = Math.abs(values[i]);
        }
        return result;
    }

    /** Zeros without their sign, which integers don't have. */
    private static double[] doubles(float[] values) {
        var result = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = values[i] + 0.0;
        }
        return result;
    }

    @Test
    void evaluate_sample_equalsThatPartOfTheWhole() {
        ConvolutionDescriptor descriptor = ConvolutionDescriptor.conv2d(4, 6)
                .groups(2)
                .kernel(3)
                .padding(1)
                .postOps(PostOp.sum(0.5f), PostOp.gelu(), PostOp.relu())
                .build();
        var problem = new ConvolutionProblem(descriptor, Dims.of(2, 4, 5, 6));
        var random = new Random(SEED);
        for (Place place : Place.values()) {
            try (Engine engine = new ReferenceEngine();
                    Tensor src = place.of(normal(random, problem.srcDims()), problem.srcDims());
                    Tensor dst = place.of(normal(random, problem.dstDims()), problem.dstDims());
                    Tensor weights = Tensor.of(normal(random, descriptor.weightsDims()), descriptor.weightsDims());
                    Convolution layer = engine.convolution(descriptor, weights)) {
                Evaluation whole = ((Evaluator) layer).evaluate(src, dst);
                long[] outputs = {0, 17, 5, 359, 180, 5};
                Evaluation sample = ((Evaluator) layer).evaluate(src, dst, outputs);
                assertThat(whole.stages()).hasSize(4);
                float[] previous = dst.toFloatArray();
                for (int i = 0; i < outputs.length; i++) {
                    int at = (int) outputs[i];
                    for (int stage = 0; stage < 4; stage++) {
                        assertThat(sample.stages().get(stage)[i])
                                .isEqualTo(whole.stages().get(stage)[at]);
                    }
                    assertThat(sample.magnitudes()[i]).isEqualTo(whole.magnitudes()[at]);
                    assertThat(sample.products()[i]).isEqualTo(whole.products()[at]);
                    assertThat(sample.operand(0, i)).isEqualTo(previous[at]);
                    assertThat(sample.stages().get(1)[i])
                            .isEqualTo(sample.stages().get(0)[i] + 0.5 * previous[at]);
                }
                layer.forward(src, dst);
                assertThat(dst.get(1, 5, 4, 5)).isEqualTo((float) whole.values()[359]);
            }
        }
    }

    private static float[] normal(Random random, Dims dims) {
        var values = new float[(int) dims.elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    @Test
    void evaluate_whatFloatsCantHold_isSummedInDouble() {
        ConvolutionDescriptor descriptor = ConvolutionDescriptor.conv1d(3, 1).build();
        try (Engine engine = new ReferenceEngine();
                Tensor weights = Tensor.of(new float[] {1, 1, -1}, descriptor.weightsDims());
                Tensor src = Tensor.of(new float[] {1 << 30, 1, 1 << 30}, Dims.of(1, 3, 1));
                Tensor dst = Tensor.allocate(Dims.of(1, 1, 1));
                Convolution layer = engine.convolution(descriptor, weights)) {
            Evaluation evaluation = ((Evaluator) layer).evaluate(src, dst);
            assertThat(evaluation.values()).containsExactly(1);
            assertThat(evaluation.magnitudes()).containsExactly(0x1p31 + 1);
            layer.forward(src, dst);
            assertThat(dst.get(0, 0, 0)).isEqualTo(1);
        }
    }

    @Test
    void evaluate_misuse_throwsAsEvaluatorPromises() {
        ConvolutionDescriptor descriptor =
                ConvolutionDescriptor.conv1d(1, 1).kernel(2).build();
        try (Engine engine = new ReferenceEngine();
                Tensor weights = Tensor.allocate(descriptor.weightsDims());
                Tensor src = Tensor.allocate(Dims.of(1, 1, 3));
                Tensor dst = Tensor.allocate(Dims.of(1, 1, 2));
                Tensor wrong = Tensor.allocate(Dims.of(1, 1, 3))) {
            Convolution layer = engine.convolution(descriptor, weights);
            var evaluator = (Evaluator) layer;
            assertThatThrownBy(() -> evaluator.evaluate(src, wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("dst must have dims 1x1x2, but was 1x1x3");
            for (long position : new long[] {-1, 2, 1L << 40}) {
                assertThatThrownBy(() -> evaluator.evaluate(src, dst, new long[] {position}))
                        .as("position %d", position)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining(Long.toString(position));
            }
            layer.close();
            assertThatThrownBy(() -> evaluator.evaluate(src, dst))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("reference layer conv ic1oc1kw2 padding VALID is closed");
        }
    }
}
