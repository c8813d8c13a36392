package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.ChildJvm;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** OpenMP is not asked for threads that it can't start. */
@Tag("native")
class OpenMpTeamTest {
    @Test
    @EnabledOnOs(OS.LINUX)
    void forward_noRoomForThreads_runsOnTheCallersAndLaterOnMore() {
        var outcome = ChildJvm.likeThis()
                .withOption("-Xmx256m")
                .withEnvironment("OMP_STACKSIZE", ThreadStarvation.STACK)
                .run(ThreadStarvation.class);

        assertThat(outcome.output())
                .contains("OpenMP can start no threads: calls take longer", "started 1 when there was room");
        assertThat(outcome.exitCode()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "512, 524288",
        "512B, 512",
        "' 3 m ', 3145728",
        "1G, 1073741824",
        "2147483648B, 2147483648",
        "9999999999g, 1125899906842624",
        "4k, 4096",
        "many, 0",
        "'', 0",
        "-1, 0"
    })
    void bytes_asOpenMpReadsThem(String text, long bytes) {
        assertThat(ThreadTrial.bytes(text)).isEqualTo(bytes);
    }
}
