package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.ChildJvm;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random problems of every kind, type, padding mode and post-op against the reference, in every arrangement of memory, 2,000 in all, at each
 * instruction set a part. In a JVM of its own, since a defect of oneDNN that nobody knows yet may crash it.
 */
@Tag("native")
class RandomKindsTest {
    /** Set {@code -Dfaltung.seed} to try other problems. */
    private static final long SEED = Long.getLong("faltung.seed", 2026);

    /** At each instruction set; set {@code -Dfaltung.problems} to try more. */
    private static final int PROBLEMS = Integer.getInteger("faltung.problems", 500);

    @ParameterizedTest
    @ValueSource(strings = {"SSE41", "AVX2", "AVX512_CORE", "DEFAULT"})
    void forward_randomProblems_equalsReference(String isa) {
        // Other problems at each, and the same ones every time.
        long seed = SEED + isa.hashCode();
        var outcome = ChildJvm.likeThis()
                .withEnvironment("ONEDNN_MAX_CPU_ISA", isa)
                .run(RandomRuns.class, Long.toString(seed), Integer.toString(PROBLEMS));

        assertThat(outcome.output()).as("seed " + seed).endsWith(PROBLEMS + " problems done, 0 failed\n");
        assertThat(outcome.exitCode()).isZero();
    }
}
