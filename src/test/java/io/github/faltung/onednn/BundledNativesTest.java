package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BundledNativesTest {
    private static final String JAR = "dnnl-1-linux-x86_64.jar";

    @TempDir
    Path folder;

    @Test
    void load_ownTable_hasEveryJarOfEverySupportedPlatform() {
        BundledNatives natives = BundledNatives.load();

        assertThat(natives.platforms())
                .extracting(BundledNatives.Platform::name)
                .containsExactly("linux-x86_64", "linux-arm64", "macosx-x86_64", "macosx-arm64", "windows-x86_64");
        for (BundledNatives.Platform platform : natives.platforms()) {
            assertThat(natives.jars().values())
                    .filteredOn(jar -> jar.platform().equals(platform.name()))
                    .as(platform.name())
                    .allSatisfy(jar -> assertThat(jar.libraries()).isNotEmpty())
                    .extracting(
                            jar -> jar.fileName().substring(0, jar.fileName().indexOf('-')))
                    .containsExactlyInAnyOrder("dnnl", "opencl", "javacpp");
        }
    }

    /**
     * What the library brings, that is: ONNX Runtime is a witness of the tests alone, and Spark's natives are the cluster's. The build
     * checks the whole class path that users get.
     */
    @Test
    void verify_ownClassPath_passes() {
        List<Path> classPath = Arrays.stream(
                        System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(Path::of)
                .filter(entry -> String.valueOf(entry.getFileName()).matches("(dnnl|opencl|javacpp|jna)-.*"))
                .toList();

        assertThat(classPath).hasSizeGreaterThanOrEqualTo(7);
        assertThatCode(() -> BundledNatives.load().verify(classPath)).doesNotThrowAnyException();
    }

    @Test
    void verify_untouchedJar_passes() throws Exception {
        Path jar = jar(JAR, "org/bytedeco/dnnl/linux-x86_64/libdnnl.so.3");

        assertThatCode(() -> table(JAR, sha256(jar)).verify(List.of(jar))).doesNotThrowAnyException();
    }

    @Test
    void verify_tamperedJar_namesJarAndBothHashes() throws Exception {
        Path jar = jar(JAR, "org/bytedeco/dnnl/linux-x86_64/libdnnl.so.3");
        String expected = sha256(jar);
        BundledNatives natives = table(JAR, expected);
        byte[] bytes = Files.readAllBytes(jar);
        bytes[bytes.length / 2] ^= 1;
        Files.write(jar, bytes);

        assertThatThrownBy(() -> natives.verify(List.of(jar)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll(jar.toString(), expected, sha256(jar));
    }

    @ParameterizedTest
    @ValueSource(strings = {"lib/libother.so", "lib/libother.so.1.2", "other.dll", "a/b/libother.dylib", "x.jnilib"})
    void verify_unknownJarWithSharedLibrary_isRefused(String entry) throws Exception {
        Path jar = jar("other-2-linux-x86_64.jar", entry);

        assertThatThrownBy(() -> table(JAR, "0".repeat(64)).verify(List.of(jar)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll(jar.toString(), "the table does not know", sha256(jar));
    }

    @Test
    void verify_plainJarFolderAndMissingEntry_pass() throws Exception {
        Path plain = jar("plain.jar", "some/Thing.class");

        assertThatCode(() -> table(JAR, "0".repeat(64)).verify(List.of(plain, folder, folder.resolve("missing.jar"))))
                .doesNotThrowAnyException();
    }

    @Test
    void verify_brokenJar_namesIt() throws Exception {
        Path broken = Files.writeString(folder.resolve("broken.jar"), "not a zip");

        assertThatThrownBy(() -> table(JAR, "0".repeat(64)).verify(List.of(broken)))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(broken.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ABC", "zz"})
    void read_malformedHash_isRefused(String hash) {
        assertThatThrownBy(() -> table(JAR, hash))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(JAR, "'" + hash + "'");
    }

    @Test
    void read_missingEntry_namesItsKey() {
        assertThatThrownBy(() -> BundledNatives.read(new StringReader("platforms = moon")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("platform.moon.os");
    }

    private static BundledNatives table(String fileName, String sha256) throws IOException {
        return BundledNatives.read(new StringReader("platforms =\njar." + fileName + ".platform = linux-x86_64\njar."
                + fileName + ".sha256 = " + sha256 + "\njar." + fileName + ".libraries = libdnnl.so.3\n"));
    }

    private Path jar(String fileName, String entry) throws IOException {
        Path file = folder.resolve(fileName);
        try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry(entry));
            zip.write(new byte[1000]);
            zip.closeEntry();
        }
        return file;
    }

    private static String sha256(Path file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }
}
