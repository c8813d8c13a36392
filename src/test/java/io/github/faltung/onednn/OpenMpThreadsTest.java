package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.ChildJvm;
import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Engine;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    @Test
    void forward_withoutJna_isRightAndSaysSo() {
        var outcome = ChildJvm.likeThis()
                .withoutEntries(entry -> entry.matches(".*jna-[0-9.]*\\.jar"))
                .run(DeformableTwins.class);

        assertThat(outcome.output())
                .contains("all equal")
                .contains("one piece at a time")
                .containsPattern("info .*com/sun/jna");
        assertThat(outcome.exitCode()).isZero();
    }
}
