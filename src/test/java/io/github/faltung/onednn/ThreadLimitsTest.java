package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.ChildJvm;
import io.github.faltung.Faltung;
import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Engine;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The default number of threads is what the container grants; threads that have nothing to do sleep; wrong numbers are refused. */
@Tag("native")
class ThreadLimitsTest {
    /** Prints how many threads an engine has by default and what oneDNN is given. */
    static final class Default {
        private Default() {}

        public static void main(String[] args) {
            try (Engine engine = Faltung.open()) {
                System.out.println("threads " + engine.threads() + " of "
                        + Runtime.getRuntime().availableProcessors());
            }
        }
    }

    /** What a cgroup's quota comes to, too, is this number; OpenMP's runtime knows nothing of it. */
    @Test
    void open_oneProcessorGranted_usesOneThread() {
        var outcome =
                ChildJvm.likeThis().withOption("-XX:ActiveProcessorCount=1").run(Default.class);
        assertThat(outcome.output()).contains("threads 1 of 1");
    }

    @Test
    void open_moreProcessorsGranted_usesAsMany() {
        var outcome =
                ChildJvm.likeThis().withOption("-XX:ActiveProcessorCount=3").run(Default.class);
        assertThat(outcome.output()).contains("threads 3 of 3");
    }

    @Test
    void open_environmentSaysFewer_usesThese() {
        var outcome = ChildJvm.likeThis()
                .withOption("-XX:ActiveProcessorCount=3")
                .withEnvironment("OMP_NUM_THREADS", "2")
                .run(Default.class);
        assertThat(outcome.output()).contains("threads 2 of 3");
    }

    @Test
    void threads_outOfRange_areRefused() {
        for (int threads : List.of(0, -1, OneDnnOptions.MOST_THREADS + 1, Integer.MAX_VALUE)) {
            assertThatThrownBy(() -> OneDnnOptions.DEFAULT.withThreads(threads))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("threads must be from 1 to ")
                    .hasMessageEndingWith("but was " + threads);
        }
    }

    /** Another number than OpenMP's own takes JNA. */
    static final class Asking {
        private Asking() {}

        public static void main(String[] args) {
            try (Engine engine = Faltung.open(3)) {
                System.out.println("opened on " + engine.threads());
            } catch (UnsupportedOperationException e) {
                System.out.println("refused: " + e.getMessage());
            }
        }
    }

    @Test
    void open_threadsWithoutJna_isRefusedWithTheRemedy() {
        var outcome = ChildJvm.likeThis()
                .withOption("-XX:ActiveProcessorCount=2")
                .withoutEntries(entry -> entry.matches(".*jna-[0-9.]*\\.jar"))
                .run(Asking.class);
        assertThat(outcome.output())
                .contains("refused: the number of threads can't be set")
                .contains("depend on net.java.dev.jna:jna");
    }

    /** Computes on OpenMP's threads and on the engine's, then idles, and prints what processor time a second of both took. */
    static final class Idle {
        private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
        private static final int SPELLS = 3;

        private Idle() {}

        public static void main(String[] args) throws InterruptedException {
            var layer = ConvolutionDescriptor.conv2d(64, 64).kernel(3).build();
            try (Engine plain = OneDnnEngine.open(OneDnnOptions.DEFAULT.withThreads(2));
                    Engine planned = Faltung.open(2);
                    Tensor weights = Tensor.allocate(layer.weightsDims());
                    Tensor src = Tensor.allocate(DataType.F32, Dims.of(1, 64, 40, 40), Layout.CHANNELS_LAST);
                    Tensor dst = Tensor.allocate(DataType.F32, Dims.of(1, 64, 38, 38), Layout.CHANNELS_LAST);
                    Convolution onOpenMp = plain.convolution(layer, weights);
                    Convolution onOurs = planned.convolution(layer, weights)) {
                onOpenMp.forward(src, dst);
                onOurs.forward(src, dst);
                long busy = processorNanos();
                long end = System.nanoTime() + SECOND;
                while (System.nanoTime() < end) {
                    onOpenMp.forward(src, dst);
                    onOurs.forward(src, dst);
                }
                busy = processorNanos() - busy;
                long idle = Long.MAX_VALUE;
                for (int i = 0; i < SPELLS; i++) { // compilers and collectors may still be at work, not in all of them
                    long before = processorNanos();
                    Thread.sleep(TimeUnit.NANOSECONDS.toMillis(SECOND / 2));
                    idle = Math.min(idle, 2 * (processorNanos() - before));
                }
                System.out.println("busy us " + busy / 1000 + ", idle us " + idle / 1000);
            }
        }

        private static long processorNanos() {
            return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                    .getProcessCpuTime();
        }
    }

    /** A thread that spins would take all of the second that it gets of a processor, here at least as much as the caller alone. */
    @Test
    void threads_idle_takeNoProcessor() {
        String printed = ChildJvm.likeThis().run(Idle.class).output();
        long busy = Long.parseLong(printed.replaceAll("(?s).*busy us (\\d+).*", "$1"));
        long idle = Long.parseLong(printed.replaceAll("(?s).*idle us (\\d+).*", "$1"));
        assertThat(idle).as(printed).isLessThan(busy / 4);
    }
}
