package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.ChildJvm;
import io.github.faltung.cli.FaltungCommand;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * oneDNN's kernels differ by CPU, and so do their defects: the problem files are run at each instruction set that this CPU can stand in
 * for, each in a JVM of its own, since oneDNN reads the setting once and an unguarded defect would crash it.
 */
@Tag("native")
@Tag("levels")
class InstructionSetTest {
    private static final String PASSED = "(?s).*\\R[1-9][0-9]* passed, 0 failed, 0 skipped\\R*";

    @ParameterizedTest
    @ValueSource(strings = {"SSE41", "AVX2", "AVX512_CORE", "DEFAULT"})
    void verify_problemFiles_exact(String isa) {
        assertPasses(verify(isa, "--fill", "exact", file("smoke"), file("edge-cases"), file("regression.txt")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"SSE41", "AVX2", "AVX512_CORE", "DEFAULT"})
    void verify_problemsThatCrashOneDnn_exact(String isa) {
        assertPasses(verify(isa, "--fill", "exact", file("defects")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"SSE41", "AVX2", "AVX512_CORE", "DEFAULT"})
    void verify_gradientsThatCrashOneDnn_exact(String isa) {
        assertPasses(verify(isa, "--fill", "exact", "--direction", "backward-weights", file("gradient-defects")));
    }

    @ParameterizedTest
    @CsvSource({"SSE41, Java", "AVX2, oneDNN", "AVX512_CORE, oneDNN", "DEFAULT, oneDNN"})
    void forward_deformable_equalsReference(String isa, String multiplies) {
        InstructionSets.assumeSmallerThanDefault(isa);
        ChildJvm.Outcome outcome =
                ChildJvm.likeThis().withEnvironment("ONEDNN_MAX_CPU_ISA", isa).run(DeformableTwins.class);

        assertThat(outcome.output()).contains("all equal");
        if (isX64()) {
            assertThat(outcome.output()).contains("sparse matrix, " + multiplies + " multiplies");
        }
        assertThat(outcome.exitCode()).isZero();
    }

    private static boolean isX64() {
        return List.of("amd64", "x86_64").contains(System.getProperty("os.arch"));
    }

    private static ChildJvm.Outcome verify(String isa, String... arguments) {
        InstructionSets.assumeSmallerThanDefault(isa);
        var command = new ArrayList<>(List.of("verify", "--engine", "onednn"));
        command.addAll(List.of(arguments));
        return ChildJvm.likeThis()
                .withEnvironment("ONEDNN_MAX_CPU_ISA", isa)
                .run(FaltungCommand.class, command.toArray(String[]::new));
    }

    private static void assertPasses(ChildJvm.Outcome outcome) {
        assertThat(outcome.output()).matches(PASSED);
        assertThat(outcome.exitCode()).isZero();
    }

    private static String file(String name) {
        return Path.of("src/test/resources/problems", name).toAbsolutePath().toString();
    }
}
