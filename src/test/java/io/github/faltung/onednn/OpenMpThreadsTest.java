package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

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
import org.junit.jupiter.api.io.TempDir;

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

        /** Loads the given library for all others after oneDNN's. */
        public static void main(String[] args) throws Exception {
            NativeLibrary.require();
            for (String library : args) {
                com.sun.jna.NativeLibrary.getInstance(library);
            }
            var caller = new Thread(Teams::convolve, NAME);
            caller.start();
            caller.join();
        }

        private static void convolve() {
            var layer = ConvolutionDescriptor.conv2d(64, 64).kernel(3).build();
            for (int threads : new int[] {1, MANY}) {
                try (Engine engine = OneDnnEngine.open(OneDnnOptions.DEFAULT.withThreads(threads));
                        Tensor weights = Tensor.allocate(layer.weightsDims());
                        Tensor src = Tensor.allocate(Dims.of(1, 64, 40, 40));
                        Convolution conv = engine.convolution(layer, weights);
                        Tensor dst = conv.forward(src)) {
                    System.out.println("threads " + threads + ", team " + team() + ", " + dst.dims());
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
    void forward_threadsOption_runsOnSoManyThreads() {
        assertThat(ChildJvm.likeThis().run(Teams.class).output())
                .contains("threads 1, team 1,", "threads " + MANY + ", team " + MANY + ",");
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

    /**
     * A second GNU runtime under another name, which the linker prefers to oneDNN's own since it was loaded first, for all libraries. So
     * oneDNN goes by its number of threads.
     */
    @Test
    @EnabledOnOs(OS.LINUX)
    void forward_otherRuntimePreloaded_limitsThatOne(@TempDir Path folder) throws Exception {
        Path other = Natives.otherRuntime(folder);

        assertTeams(ChildJvm.likeThis().withEnvironment("LD_PRELOAD", other.toString()));
    }

    /** LLVM's runtime has the GNU one's functions too; it is not part of every system. {@code .ci/loading} installs it. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void forward_llvmsRuntimePreloaded_limitsThatOne() {
        String llvms = System.getProperty("faltung.test.libomp", "");
        assumeFalse(llvms.isEmpty(), "needs -Dfaltung.test.libomp=FILE, LLVM's libomp.so.5; .ci/loading has it");

        assertTeams(ChildJvm.likeThis().withEnvironment("LD_PRELOAD", llvms));
    }

    /** What is loaded later is not preferred: oneDNN's library is bound when it is loaded. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void forward_otherRuntimeLoadedLater_limitsOneDnns(@TempDir Path folder) throws Exception {
        Path other = Natives.otherRuntime(folder);

        var outcome = ChildJvm.likeThis().run(Teams.class, other.toString());

        assertThat(outcome.output()).contains("threads 1, team 1,", "threads " + MANY + ", team " + MANY + ",");
    }

    private static void assertTeams(ChildJvm child) {
        assertThat(child.run(Teams.class).output())
                .contains("threads 1, team 1,", "threads " + MANY + ", team " + MANY + ",");
        assertThat(child.run(LoadAndConvolve.class).output()).contains("convolved right", "limits work");
    }
}
