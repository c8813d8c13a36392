package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every kind of layer on every engine, however it ends: nothing native is left. In JVMs of their own, where nobody else makes handles. {@code
 * .ci/faults} and {@code .ci/soak} do more of it.
 */
@Tag("native")
class LifetimeOfEverythingTest {
    /** Two points one by one, then ever fewer. */
    private static final String FEW = "2";

    /** OpenMP's threads would spin for the processors that many threads want. */
    private static ChildJvm jvm() {
        return ChildJvm.likeThis().withEnvironment("OMP_WAIT_POLICY", "passive");
    }

    private static void assertPasses(ChildJvm.Outcome outcome, String summary) {
        assertThat(outcome.output()).containsPattern(summary);
        assertThat(outcome.exitCode()).isZero();
    }

    @Test
    void close_inEveryWay_leavesNothing() {
        assertPasses(jvm().run(LifetimeScenarios.class), "294 scenarios left 0 handles");
    }

    /** A planning engine prepares every kind on oneDNN's. */
    @Test
    void fault_atCallsAndAllocations_leavesNothingAndTheLayerUsable(@TempDir Path folder) throws IOException {
        Path jar = folder.resolve("fault-agent.jar");
        FaultAgent.writeJar(jar);
        assertPasses(
                jvm().withOption("-javaagent:" + jar).run(FaultSweep.class, FEW, "PLANNED"),
                "[0-9]{3,} faults left 0 handles");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void malloc_fails_isSaidAndLeavesNothing() {
        assertPasses(
                jvm().withOption("-Xmx256m").run(AddressSpaceExhaustion.class),
                "[1-9][0-9]* failures of oneDNN and [0-9]+ of the JDK left 0 handles");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void malloc_failsWhenTheProductIsFirstNeeded_productWorksLater() {
        assertPasses(
                jvm().withOption("-Xmx256m")
                        .withEnvironment("ONEDNN_MAX_CPU_ISA", "AVX2")
                        .run(ProductExhaustion.class),
                "[1-9][0-9]* failures, then the product");
    }

    /** 1.6 GB, of 64 MB. */
    @Test
    void allocate_forgottenTensors_areFoundBeforeItFails() {
        assertPasses(jvm().withOption("-Xmx64m").run(ForgottenTensors.class), "100 forgotten");
    }
}
