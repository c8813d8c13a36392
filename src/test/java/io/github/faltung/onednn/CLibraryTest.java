package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CLibraryTest {
    private static final String HEAP =
            "55558ec74000-55558ec75000 ---p 00000000 00:00 0                          [heap]";
    private static final String MAPPED = "7fe6c6975000-7fe6c69d8000 r-xp 00015000 fe:00 2302319                    ";

    @TempDir
    Path folder;

    /** As on Alpine, and as a program had them that Debian's musl 1.2.3 ran. */
    @ParameterizedTest
    @ValueSource(
            strings = {"/lib/ld-musl-x86_64.so.1", "/lib/libc.musl-x86_64.so.1", "/usr/lib/x86_64-linux-musl/libc.so"})
    void among_muslsFile_isMusl(String file) {
        CLibrary found = CLibrary.among(List.of(HEAP, MAPPED + file));

        assertThat(found.isMusl()).isTrue();
        assertThat(found.musl()).isEqualTo(file);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/usr/lib/x86_64-linux-gnu/libc.so.6",
                "/opt/musl/app.so",
                "/apex/com.android.runtime/lib64/bionic/libc.so"
            })
    void among_otherFile_isNotMusl(String file) {
        assertThat(CLibrary.among(List.of(HEAP, MAPPED + file)).isMusl()).isFalse();
    }

    @Test
    void toString_oldGlibc_saysVersion() {
        assertThat(CLibrary.among(List.of(HEAP, MAPPED + "/usr/lib64/libc-2.28.so")))
                .hasToString("glibc 2.28");
    }

    @Test
    void toString_glibcSince234_saysSo() {
        assertThat(CLibrary.among(List.of(HEAP, MAPPED + "/usr/lib64/libc.so.6")))
                .hasToString("glibc 2.34 or newer");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void toString_musl_saysVersionThatItsLoaderPrints() throws Exception {
        assertThat(new CLibrary(MuslLoader.in(folder).toString(), "")).hasToString("musl libc 1.2.3");
    }

    /** The real one; {@code .ci/loading} has it. Debian's is a link to a {@code libc.so}. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void toString_realMusl_saysItsVersion() throws Exception {
        String loader = System.getProperty("faltung.test.musl", "");
        assumeFalse(loader.isEmpty(), "needs -Dfaltung.test.musl=FILE, musl's loader; .ci/loading has it");
        CLibrary found = CLibrary.among(List.of(MAPPED + Path.of(loader).toRealPath()));

        assertThat(found.toString()).matches("musl libc 1\\.\\d+\\.\\d+");
    }

    @Test
    void toString_muslThatCantBeRun_saysMusl() {
        assertThat(new CLibrary(folder.resolve("ld-musl-x86_64.so.1").toString(), ""))
                .hasToString("musl libc");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void here_thisJvm_isNotMusl() {
        assertThat(CLibrary.here().isMusl()).isFalse();
        assertThat(Files.isReadable(Path.of("/proc/self/maps"))).isTrue();
    }
}
