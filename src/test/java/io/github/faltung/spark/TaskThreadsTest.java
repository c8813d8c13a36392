package io.github.faltung.spark;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskThreadsTest {
    @ParameterizedTest
    @CsvSource({"1, 0, 1", "1, 64, 1", "2, 0, 2", "2, 8, 8", "3, 8, 6", "4, 4, 4", "4, 2, 4"})
    void of_cpusAndCores_neverExceedsWhatTheTasksWereGranted(int cpus, int cores, int threads) {
        assertThat(TaskThreads.of(cpus, cores)).isEqualTo(threads);
        int tasks = Math.max(1, cores / cpus);
        // Threads that the calls share, or each caller's own.
        assertThat(Math.max(threads, tasks)).isLessThanOrEqualTo(Math.max(cpus, cores));
    }
}
