package io.github.faltung.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DirectMemoryLimitTest {
    private final DirectMemoryLimit memory = new DirectMemoryLimit();
    private final long limit = limit();

    private static long limit() {
        String option = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .getVMOption("MaxDirectMemorySize")
                .getValue();
        return option.equals("0") ? Runtime.getRuntime().maxMemory() : Long.parseLong(option);
    }

    @Test
    void reserve_allOfIt_leavesNothing() {
        memory.reserve(limit - 1);
        memory.reserve(1);
        assertThatThrownBy(() -> memory.reserve(1))
                .isInstanceOf(OutOfMemoryError.class)
                .hasMessage("Cannot reserve 1 bytes of direct memory (reserved: " + limit + ", limit: " + limit
                        + "); -XX:MaxDirectMemorySize raises the limit");
        memory.release(limit);
        assertThatCode(() -> memory.reserve(limit)).doesNotThrowAnyException();
    }

    @Test
    void reserve_refused_takesNothing() {
        memory.reserve(10);
        assertThatThrownBy(() -> memory.reserve(limit - 9)).isInstanceOf(OutOfMemoryError.class);
        assertThatThrownBy(() -> memory.reserve(limit + 1)).hasMessageContaining("(reserved: 10, ");
        assertThatCode(() -> memory.reserve(limit - 10)).doesNotThrowAnyException();
    }

    /** As a cleaner does, on a thread of its own. */
    @Test
    void reserve_releasedMeanwhile_isWaitedFor() throws Exception {
        memory.reserve(limit);
        CompletableFuture<Void> release = CompletableFuture.runAsync(
                () -> memory.release(5), CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS));
        memory.reserve(5);
        release.get();
        assertThatThrownBy(() -> memory.reserve(1)).isInstanceOf(OutOfMemoryError.class);
    }

    @Test
    void reserve_interrupted_keepsTheFlag() {
        memory.reserve(limit);
        Thread.currentThread().interrupt();
        Throwable refused = catchThrowable(() -> memory.reserve(1));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(refused).isInstanceOf(OutOfMemoryError.class);
    }
}
