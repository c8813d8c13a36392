package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.RandomProblems;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Many threads on one layer: every result of every call is exact. */
@Tag("native")
class SharedLayerTest {
    private static final int THREADS = 4;
    private static final int CALLS = 10_000;

    private final RandomProblems random = new RandomProblems(20);

    @Test
    void forward_fourThreadsTenThousandCalls_everyResultExact() throws Exception {
        share(OneDnnOptions.DEFAULT, List.of("conv mb1ic16ih9oc16kh3ph1"), CALLS);
    }

    @Test
    void forward_threadsOfDifferentShapesWithOnePlanKept_everyResultExact() throws Exception {
        share(
                new OneDnnOptions(1),
                List.of("conv mb1ic16ih9oc16kh3ph1", "conv mb2ic16ih6oc16kh3ph1", "conv mb1ic16ih4oc16kh3ph1"),
                200);
    }

    /** Each thread takes one of the problems, all of one layer, and its own tensors. */
    private void share(OneDnnOptions options, List<String> lines, int calls) throws Exception {
        List<ConvolutionProblem> problems =
                lines.stream().map(ConvolutionProblem::parse).toList();
        var layer = problems.get(0).descriptor();
        try (Engine engine = OneDnnEngine.open(options);
                Engine reference = new ReferenceEngine();
                Tensor weights = Tensor.of(random.integers(layer.weightsDims().elements(), 4), layer.weightsDims());
                Convolution conv = engine.convolution(layer, weights);
                Convolution truth = reference.convolution(layer, weights)) {
            var tasks = new ArrayList<Callable<Integer>>();
            for (int i = 0; i < THREADS; i++) {
                ConvolutionProblem problem = problems.get(i % problems.size());
                float[] src = random.integers(problem.srcDims().elements(), 4);
                float[] wanted = truth.forward(src, problem.srcDims());
                tasks.add(() -> countExact(conv, problem, src, wanted, calls));
            }
            assertThat(runAll(tasks)).containsOnly(calls).hasSize(THREADS);
        }
    }

    private static int countExact(
            Convolution conv, ConvolutionProblem problem, float[] values, float[] wanted, int calls) {
        int exact = 0;
        try (Tensor src = Tensor.of(values, problem.srcDims());
                Tensor dst = Tensor.allocate(problem.dstDims())) {
            var nan = new float[wanted.length];
            Arrays.fill(nan, Float.NaN);
            for (int i = 0; i < calls; i++) {
                dst.copyFrom(nan, Layout.CHANNELS_FIRST);
                conv.forward(src, dst);
                exact += Arrays.equals(dst.toFloatArray(), wanted) ? 1 : 0;
            }
        }
        return exact;
    }

    private static List<Integer> runAll(List<Callable<Integer>> tasks) throws InterruptedException, ExecutionException {
        ExecutorService pool = Executors.newFixedThreadPool(tasks.size());
        try {
            var results = new ArrayList<Integer>();
            for (Future<Integer> future : pool.invokeAll(tasks)) {
                results.add(future.get());
            }
            return results;
        } finally {
            pool.shutdownNow();
        }
    }
}
