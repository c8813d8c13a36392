package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.RandomProblems;
import io.github.faltung.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Weights that are replaced while other threads compute: each result is of the old ones or of the new ones. */
@Tag("native")
class UpdateWeightsTest {
    private final RandomProblems random = new RandomProblems(40);

    @Test
    void updateWeights_whileThreadsCompute_eachResultIsOfOneOrTheOther() throws Exception {
        ConvolutionProblem problem = ConvolutionProblem.parse("conv mb1ic16ih9oc16kh3ph1");
        var layer = problem.descriptor();
        float[] src = random.integers(problem.srcDims().elements(), 3);
        ExecutorService pool = Executors.newFixedThreadPool(3);
        try (Engine engine = OneDnnEngine.open();
                Tensor a = Tensor.of(random.integers(layer.weightsDims().elements(), 3), layer.weightsDims());
                Tensor b = Tensor.of(random.integers(layer.weightsDims().elements(), 3), layer.weightsDims());
                Convolution conv = engine.convolution(layer, a);
                Convolution other = engine.convolution(layer, b)) {
            float[] ofA = conv.forward(src, problem.srcDims());
            float[] ofB = other.forward(src, problem.srcDims());
            var tasks = new ArrayList<Callable<Integer>>();
            for (int thread = 0; thread < 2; thread++) {
                tasks.add(() -> {
                    int torn = 0;
                    for (int i = 0; i < 1000; i++) {
                        float[] found = conv.forward(src, problem.srcDims());
                        torn += Arrays.equals(found, ofA) || Arrays.equals(found, ofB) ? 0 : 1;
                    }
                    return torn;
                });
            }
            tasks.add(() -> {
                for (int i = 0; i < 500; i++) {
                    conv.updateWeights(i % 2 == 0 ? b : a, null);
                }
                return 0;
            });
            for (Future<Integer> torn : pool.invokeAll(tasks)) {
                assertThat(torn.get()).isZero();
            }
            assertThat(conv.forward(src, problem.srcDims())).containsExactly(ofA);
            // Concurrent calls may have made contexts. An update by itself makes nothing: it packs in place.
            long live = NativeHandles.live();
            conv.updateWeights(b, null);
            conv.updateWeights(a, null);
            assertThat(NativeHandles.live()).isLessThanOrEqualTo(live);
        } finally {
            pool.shutdownNow();
        }
    }
}
