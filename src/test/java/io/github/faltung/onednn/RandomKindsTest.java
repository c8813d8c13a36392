package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.ChildJvm;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Random problems of every kind, type, padding mode and post-op against the reference, in every arrangement of memory, 2,000 in all, at each
 * instruction set that the CPU has a part. In a JVM of its own, since a defect of oneDNN that nobody knows yet may crash it.
 */
@Tag("native")
@Tag("levels")
class RandomKindsTest {
    /** Set {@code -Dfaltung.seed} to try other problems. */
    private static final long SEED = Long.getLong("faltung.seed", 2026);

    /** At each instruction set; set {@code -Dfaltung.problems} to try more. */
    private static final int PROBLEMS = Integer.getInteger("faltung.problems", 500);

    @ParameterizedTest
    @CsvSource({
        "SSE41, direct",
        "AVX2, direct",
        "AVX512_CORE, direct",
        "DEFAULT, direct",
        "AVX2, planned",
        "DEFAULT, planned"
    })
    void forward_randomProblems_equalsReference(String isa, String engine) {
        InstructionSets.assumeSmallerThanDefault(isa);
        // Other problems at each, and the same ones every time.
        long seed = SEED + (isa + engine).hashCode();
        List<String> arguments = new ArrayList<>(List.of(Long.toString(seed), Integer.toString(PROBLEMS)));
        if (engine.equals("planned")) {
            arguments.add(engine);
        }
        var outcome = ChildJvm.likeThis()
                .withEnvironment("ONEDNN_MAX_CPU_ISA", isa)
                .run(RandomRuns.class, arguments.toArray(String[]::new));

        assertThat(outcome.output()).as("seed " + seed).endsWith(PROBLEMS + " problems done, 0 failed\n");
        assertThat(outcome.exitCode()).isZero();
    }
}
