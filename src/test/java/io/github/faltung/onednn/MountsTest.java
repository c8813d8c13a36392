package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MountsTest {
    private static final List<String> TABLE = List.of(
            "/dev/sda1 / ext4 rw,relatime 0 0",
            "tmpfs /tmp tmpfs rw,nosuid,noexec 0 0",
            "tmpfs /tmp/run tmpfs rw 0 0",
            "tmpfs /two\\040words tmpfs rw,noexec 0 0",
            "tmpfs /home tmpfs rw,noexec 0 0",
            "tmpfs /home tmpfs rw 0 0");

    @ParameterizedTest
    @CsvSource({
        "/usr/lib, false",
        "/tmp, true",
        "/tmp/a/b, true",
        "/tmpfiles, false",
        "/tmp/run/a, false",
        "/two words/a, true",
        "/home/me, false"
    })
    void forbidExecution_nearestMount_decides(String folder, boolean forbidden) {
        assertThat(Mounts.forbidExecution(Path.of(folder), TABLE)).isEqualTo(forbidden);
    }
}
