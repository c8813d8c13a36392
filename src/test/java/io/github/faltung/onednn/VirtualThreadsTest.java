package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.Faltung;
import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.DeformableConvolution;
import io.github.faltung.convolution.DeformableDescriptor;
import io.github.faltung.convolution.DeformableProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** What needs a limit of OpenMP's threads has it from beginning to end, and leaves none behind, whatever thread calls. */
@Tag("native")
class VirtualThreadsTest {
    private static final int CALLERS = 16;
    private static final int CALLS = 20;

    @Test
    void runElsewhere_anyThread_waitsForADeputy() {
        var workers = new ArrayList<Thread>();
        VirtualThreads.runElsewhere(() -> workers.add(Thread.currentThread()));
        assertThat(workers).singleElement().isNotSameAs(Thread.currentThread()).returns(true, Thread::isDaemon);
        assertThat(VirtualThreads.isCurrent()).isFalse();
    }

    @Test
    void runElsewhere_failure_isThrownAsItIs() {
        var failure = new IllegalStateException("no");
        assertThatThrownBy(() -> VirtualThreads.runElsewhere(() -> {
                    throw failure;
                }))
                .isSameAs(failure);
        var error = new AssertionError("never");
        assertThatThrownBy(() -> VirtualThreads.runElsewhere(() -> {
                    throw error;
                }))
                .isSameAs(error);
    }

    @Test
    void runElsewhere_interruptedCaller_finishesAndStaysInterrupted() {
        var done = new AtomicReference<>("not yet");
        Thread.currentThread().interrupt();
        VirtualThreads.runElsewhere(() -> done.set("done"));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(done).hasValue("done");
    }

    /** CI runs this on 21 and 25; before, there are no virtual threads. */
    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void forward_virtualThreadsThatChangeCarriers_isRightAndLeavesNoLimit() throws Exception {
        DeformableDescriptor layer =
                DeformableDescriptor.deformable2d(8, 8).kernel(3).padding(1).build();
        var problem = new DeformableProblem(layer, Dims.of(2, 8, 60, 60));
        ConvolutionDescriptor transposed =
                ConvolutionDescriptor.transposed2d(8, 8).kernel(4).stride(2).build();
        try (Engine engine = Faltung.open();
                Tensor weights = ones(layer.convolution().weightsDims());
                Tensor otherWeights = ones(transposed.weightsDims());
                Tensor src = ones(problem.srcDims());
                Tensor offsets = Tensor.allocate(problem.offsetsDims());
                DeformableConvolution deformable = engine.deformable(layer, weights, null);
                Convolution planned = engine.convolution(transposed, otherWeights);
                Tensor expected = deformable.forward(src, offsets, null)) {
            float[] right = expected.toFloatArray();
            List<Boolean> equal = onVirtualThreads(CALLERS, () -> {
                boolean all = true;
                for (int call = 0; call < CALLS; call++) {
                    try (Tensor dst = deformable.forward(src, offsets, null);
                            Tensor small = ones(Dims.of(1, 8, 10 + call, 9));
                            Tensor other = planned.forward(small)) {
                        all &= Arrays.equals(right, dst.toFloatArray());
                        all &= other.dims().get(2) == 2L * (10 + call) + 2;
                    }
                }
                return all;
            });
            assertThat(equal).hasSize(CALLERS).containsOnly(true);
        }
        int number = OpenMpThreads.number();
        assertThat(onVirtualThreads(200, OpenMpThreads::number)).containsOnly(number);
    }

    /** Far more callers than carriers, on OpenMP's threads and on the engine's own. */
    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void forward_aThousandVirtualThreads_isRightAndLeavesNoLimit() throws Exception {
        ConvolutionDescriptor layer =
                ConvolutionDescriptor.conv2d(16, 16).kernel(3).build();
        Dims dims = Dims.of(1, 16, 20, 20);
        try (Engine planned = Faltung.open(4);
                Engine plain = OneDnnEngine.open(OneDnnOptions.DEFAULT.withThreads(4));
                Tensor weights = ones(layer.weightsDims());
                Tensor src = ones(dims);
                Convolution onOurs = planned.convolution(layer, weights);
                Convolution onOpenMp = plain.convolution(layer, weights)) {
            var right = new float[16 * 18 * 18];
            Arrays.fill(right, 16 * 9);
            assertThat(onVirtualThreads(1000, () -> {
                        try (Tensor one = onOurs.forward(src);
                                Tensor other = onOpenMp.forward(src)) {
                            return Arrays.equals(right, one.toFloatArray())
                                    && Arrays.equals(right, other.toFloatArray());
                        }
                    }))
                    .hasSize(1000)
                    .containsOnly(true);
        }
        int number = OpenMpThreads.number();
        assertThat(onVirtualThreads(200, OpenMpThreads::number)).containsOnly(number);
    }

    private static Tensor ones(Dims dims) {
        var values = new float[(int) dims.elements()];
        Arrays.fill(values, 1);
        return Tensor.of(values, dims);
    }

    private static <T> List<T> onVirtualThreads(int count, Callable<T> work) throws Exception {
        // By reflection, since the library is compiled for 17.
        var executor = (ExecutorService)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        try {
            List<Future<T>> futures = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                futures.add(executor.submit(() -> {
                    assertThat(VirtualThreads.isCurrent()).isTrue();
                    return work.call();
                }));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        } finally {
            executor.shutdown();
        }
    }
}
