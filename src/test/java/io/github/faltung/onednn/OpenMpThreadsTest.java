package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.ChildJvm;
import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.DeformableConvolution;
import io.github.faltung.convolution.DeformableDescriptor;
import io.github.faltung.convolution.Engine;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The number of OpenMP's threads belongs to the calling thread, and oneDNN goes by it. */
@Tag("native")
class OpenMpThreadsTest {
    private static final int MANY = 5;

    @Test
    void limit_onThisThread_leavesOthersAlone() throws Exception {
        NativeLibrary.require();
        assertThat(OpenMpThreads.failure()).isEmpty();
        int before = OpenMpThreads.limit(MANY);
        try {
            assertThat(OpenMpThreads.number()).isEqualTo(MANY);
            var other = new FutureTask<>(OpenMpThreads::number);
            var thread = new Thread(other);
            thread.start();
            assertThat(other.get()).isEqualTo(before);
            assertThat(OpenMpThreads.limit(1)).isEqualTo(MANY);
        } finally {
            OpenMpThreads.limit(before);
        }
        assertThat(OpenMpThreads.number()).isEqualTo(before);
    }

    /** Convolves on a thread of a name of its own, which the threads that OpenMP starts for it inherit on Linux. */
    static final class Teams {
        private static final String NAME = "calls-onednn";

        private Teams() {}

        public static void main(String[] args) throws Exception {
            var caller = new Thread(Teams::convolve, NAME);
            caller.start();
            caller.join();
        }

        private static void convolve() {
            var layer = ConvolutionDescriptor.conv2d(64, 64).kernel(3).build();
            try (Engine engine = OneDnnEngine.open();
                    Tensor weights = Tensor.allocate(layer.weightsDims());
                    Tensor src = Tensor.allocate(Dims.of(1, 64, 40, 40))) {
                for (int threads : new int[] {1, MANY}) {
                    OpenMpThreads.limit(threads);
                    try (Convolution conv = engine.convolution(layer, weights);
                            Tensor dst = conv.forward(src)) {
                        System.out.println("limit " + threads + ", team " + team() + " " + dst.dims());
                    }
                }
            }
        }

        private static long team() {
            try (var tasks = Files.list(Path.of("/proc/self/task"))) {
                return tasks.filter(task -> nameOf(task).equals(NAME)).count();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static String nameOf(Path task) {
            try {
                return Files.readString(task.resolve("comm")).strip();
            } catch (IOException e) {
                return "ended meanwhile";
            }
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void forward_limited_runsOnSoManyThreads() {
        var outcome = ChildJvm.likeThis().run(Teams.class);

        assertThat(outcome.output()).contains("limit 1, team 1 ", "limit " + MANY + ", team " + MANY + " ");
    }

    /** Runs a deformable layer where JNA is missing. */
    static final class WithoutJna {
        private WithoutJna() {}

        public static void main(String[] args) {
            var layer =
                    DeformableDescriptor.deformable2d(8, 4).kernel(3).padding(1).build();
            try (Engine oneDnn = OneDnnEngine.open();
                    Engine java = new ReferenceEngine();
                    Tensor weights = filled(layer.convolution().weightsDims(), 3);
                    Tensor src = filled(Dims.of(1, 8, 30, 31), 5);
                    Tensor offsets = filled(Dims.of(1, 18, 30, 31), 3);
                    DeformableConvolution fast = oneDnn.deformable(layer, weights, null);
                    DeformableConvolution plain = java.deformable(layer, weights, null);
                    Tensor found = fast.forward(src, offsets, null);
                    Tensor expected = plain.forward(src, offsets, null)) {
                System.out.println("equal " + Arrays.equals(found.toFloatArray(), expected.toFloatArray()));
                System.out.println(fast.explain(src.dims(), Layout.CHANNELS_FIRST));
                System.out.println("info " + OneDnnEngine.info().threadLimitFailure());
            }
        }

        /** Whole numbers from −1 on, in turns. */
        private static Tensor filled(Dims dims, int most) {
            var values = new float[(int) dims.elements()];
            for (int i = 0; i < values.length; i++) {
                values[i] = i * 7 % 11 % most - 1;
            }
            return Tensor.of(values, dims);
        }
    }

    @Test
    void forward_withoutJna_isRightAndSaysSo() {
        var outcome = ChildJvm.likeThis()
                .withoutEntries(entry -> entry.matches(".*jna-[0-9.]*\\.jar"))
                .run(WithoutJna.class);

        assertThat(outcome.output())
                .contains("equal true")
                .contains("one piece at a time")
                .containsPattern("info .*com/sun/jna");
        assertThat(outcome.exitCode()).isZero();
    }
}
