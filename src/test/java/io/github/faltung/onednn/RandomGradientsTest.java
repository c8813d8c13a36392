package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.ChildJvm;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * All gradients of random problems of every kind and floating-point type against the reference, exactly, in several arrangements of memory,
 * and of real numbers within the bound, at each instruction set. In a JVM of its own, since a defect of oneDNN that nobody knows yet may
 * crash it.
 */
@Tag("native")
@Tag("levels")
class RandomGradientsTest {
    /** Set {@code -Dfaltung.seed} to try other problems. */
    private static final long SEED = Long.getLong("faltung.seed", 2027);

    /** Set {@code -Dfaltung.problems} to try more. */
    private static final int PROBLEMS = Integer.getInteger("faltung.problems", 150);

    @ParameterizedTest
    @ValueSource(strings = {"SSE41", "AVX2", "AVX512_CORE", "DEFAULT"})
    void gradients_randomProblems_equalReference(String isa) {
        InstructionSets.assumeSmallerThanDefault(isa);
        var outcome = ChildJvm.likeThis()
                .withEnvironment("ONEDNN_MAX_CPU_ISA", isa)
                .run(RandomGradients.class, Long.toString(SEED), Integer.toString(PROBLEMS));

        assertThat(outcome.output()).as("seed " + SEED).endsWith(PROBLEMS + " problems done, 0 failed, 0 live\n");
        assertThat(outcome.exitCode()).isZero();
    }
}
