package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.convolution.ConvolutionGradients;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.RandomProblems;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Many threads on the gradients of one layer: every result of every call is exact. */
@Tag("native")
class SharedGradientsTest {
    private static final int THREADS = 4;
    private static final int CALLS = 100;
    private static final List<String> REGULAR =
            List.of("mb1ic16ih9oc16kh3ph1", "mb2ic16ih6oc16kh3ph1", "mb1ic16ih4oc16kh3ph1");
    private static final List<String> TRANSPOSED =
            List.of("deconv mb1ic16ih5oc8kh4sh2ph1", "deconv mb2ic16ih3oc8kh4sh2ph1");

    private final RandomProblems random = new RandomProblems(22);

    /** One thread's arguments, in its own layout, and what must come out. */
    private static final class Work {
        private final ConvolutionProblem problem;
        private final Layout layout;
        private final float[] src;
        private final float[] weights;
        private final float[] diffDst;
        private final float[][] wanted;

        Work(ConvolutionProblem problem, Layout layout, RandomProblems random, ConvolutionGradients right) {
            this.problem = problem;
            this.layout = layout;
            src = random.integers(problem.srcDims().elements(), 4);
            weights = random.integers(problem.descriptor().weightsDims().elements(), 4);
            diffDst = random.integers(problem.dstDims().elements(), 4);
            wanted = compute(right);
        }

        int countExact(ConvolutionGradients gradients) {
            int exact = 0;
            for (int i = 0; i < CALLS; i++) {
                exact += Arrays.deepEquals(compute(gradients), wanted) ? 1 : 0;
            }
            return exact;
        }

        private float[][] compute(ConvolutionGradients gradients) {
            var layer = problem.descriptor();
            try (Tensor x = tensor(problem.srcDims(), src);
                    Tensor w = Tensor.of(weights, layer.weightsDims());
                    Tensor y = tensor(problem.dstDims(), diffDst);
                    Tensor diffSrc = tensor(problem.srcDims(), nan(problem.srcDims()));
                    Tensor diffWeights = Tensor.of(nan(layer.weightsDims()), layer.weightsDims());
                    Tensor diffBias = Tensor.of(nan(layer.biasDims()), layer.biasDims())) {
                gradients.backwardData(w, y, diffSrc);
                gradients.backwardWeights(x, y, diffWeights, diffBias);
                return new float[][] {diffSrc.toFloatArray(), diffWeights.toFloatArray(), diffBias.toFloatArray()};
            }
        }

        private Tensor tensor(Dims dims, float[] values) {
            Tensor tensor = Tensor.allocate(DataType.F32, dims, layout);
            tensor.copyFrom(values, Layout.CHANNELS_FIRST);
            return tensor;
        }

        private static float[] nan(Dims dims) {
            var values = new float[(int) dims.elements()];
            Arrays.fill(values, Float.NaN);
            return values;
        }
    }

    @ParameterizedTest
    @CsvSource({"false, 64", "false, 1", "true, 64", "true, 1"})
    void gradients_threadsOfDifferentShapes_everyResultExact(boolean transposed, int plans) throws Exception {
        List<ConvolutionProblem> problems = (transposed ? TRANSPOSED : REGULAR)
                .stream().map(ConvolutionProblem::parse).toList();
        var layer = problems.get(0).descriptor();
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        try (Engine engine = OneDnnEngine.open(new OneDnnOptions(plans));
                Engine reference = new ReferenceEngine();
                ConvolutionGradients right = reference.gradients(layer);
                ConvolutionGradients shared = engine.gradients(layer)) {
            var tasks = new ArrayList<Callable<Integer>>();
            for (int i = 0; i < THREADS; i++) {
                Layout layout = i < THREADS / 2 ? Layout.CHANNELS_FIRST : Layout.CHANNELS_LAST;
                var work = new Work(problems.get(i % problems.size()), layout, random, right);
                tasks.add(() -> work.countExact(shared));
            }
            var exact = new ArrayList<Integer>();
            for (Future<Integer> call : pool.invokeAll(tasks, 120, TimeUnit.SECONDS)) {
                exact.add(call.get());
            }
            assertThat(exact).hasSize(THREADS).containsOnly(CALLS);
        } finally {
            pool.shutdownNow();
        }
    }
}
