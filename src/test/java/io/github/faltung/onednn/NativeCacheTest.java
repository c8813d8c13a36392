package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.ChildJvm;
import io.github.faltung.MountedFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What can happen to the folder that the natives are extracted to, each in a JVM of its own. */
@Tag("native")
class NativeCacheTest {
    private static final String CONVOLVED = "convolved right";
    private static final String OTHER_CACHE = "name another folder by -Dorg.bytedeco.javacpp.cachedir=FOLDER";

    /** How often processes race; {@code .ci/loading} has many more rounds. */
    private static final int ROUNDS = Integer.getInteger("faltung.test.loadingRounds", 2);

    private static final int RACERS = 3;

    @TempDir
    Path cache;

    private static String libdnnl() {
        return BundledNatives.load().jarsFor(Loader.getPlatform()).stream()
                .flatMap(jar -> jar.libraries().stream())
                .filter(library -> library.matches("(lib)?dnnl\\..*"))
                .findFirst()
                .orElseThrow();
    }

    private String load() {
        return load(Natives.withCache(ChildJvm.likeThis(), cache));
    }

    private static String load(ChildJvm child) {
        return child.run(LoadAndConvolve.class).output();
    }

    /** JavaCPP itself would take the spoilt copy for good: it has the right size and time. */
    @Test
    void open_spoiltOrTruncatedCopy_isExtractedAgain() throws Exception {
        assertThat(load()).contains(CONVOLVED, "extracted, CRC-32 checked", "limits work");
        Path library = Natives.find(cache, libdnnl());
        byte[] good = Files.readAllBytes(library);

        Natives.spoil(library);
        assertThat(Files.readAllBytes(library)).isNotEqualTo(good);
        assertThat(load()).contains(CONVOLVED);
        assertThat(Files.readAllBytes(library)).isEqualTo(good);

        Files.write(library, Arrays.copyOf(good, good.length / 2));
        assertThat(load()).contains(CONVOLVED);
        assertThat(Files.readAllBytes(library)).isEqualTo(good);
    }

    /** On an empty cache, and on one with a spoilt copy, in turns. */
    @Test
    void open_severalProcessesAtOnce_allExtractRightly() throws Exception {
        ExecutorService racers = Executors.newFixedThreadPool(RACERS);
        try {
            for (int round = 0; round < ROUNDS; round++) {
                Path raced = cache.resolve("cache" + round / 2);
                if (round % 2 == 1) {
                    Natives.spoil(Natives.find(raced, libdnnl()));
                }
                ChildJvm child = Natives.withCache(ChildJvm.likeThis(), raced);
                List<Future<String>> outputs = new ArrayList<>();
                for (int i = 0; i < RACERS; i++) {
                    outputs.add(racers.submit(() -> load(child)));
                }
                for (Future<String> output : outputs) {
                    assertThat(output.get()).as("round " + round).contains(CONVOLVED, "limits work");
                }
            }
        } finally {
            racers.shutdown();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void open_noexecCache_saysSoAndRemedy() {
        ChildJvm child = MountedFolder.in(Natives.withCache(ChildJvm.likeThis(), cache), cache, "noexec");

        assertThat(load(child))
                .containsPattern("failed .*the file system of " + cache + "/.* is mounted noexec")
                .contains("Remedy: " + OTHER_CACHE);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void open_fullCache_saysSoAndRemedy() {
        ChildJvm child = MountedFolder.in(Natives.withCache(ChildJvm.likeThis(), cache), cache, "size=8m");

        assertThat(load(child))
                .contains("JavaCPP can't copy them to its cache folder " + cache + ": No space left on device")
                .contains("Remedy: make room there, or " + OTHER_CACHE);
    }

    /** JavaCPP takes the next of its folders; which, the file's place tells. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void open_readOnlyCache_takesTheHomesAndTellsWhere(@TempDir Path home) {
        ChildJvm child = MountedFolder.in(
                Natives.withCache(ChildJvm.likeThis(), cache).withOption("-Duser.home=" + home), cache, "ro");

        assertThat(load(child)).contains(CONVOLVED, "natives in " + home);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void open_everyFolderReadOnly_saysSoAndRemedy() {
        ChildJvm child = MountedFolder.in(
                Natives.withCache(ChildJvm.likeThis(), cache)
                        .withOption("-Duser.home=" + cache)
                        .withOption("-Djava.io.tmpdir=" + cache),
                cache,
                "ro");

        assertThat(load(child))
                .contains("failed ", "JavaCPP finds no folder to copy them to that it can write")
                .contains("Remedy: " + OTHER_CACHE, "-Dfaltung.natives.folder=FOLDER");
    }

    /** JNA copies its library anew for each process, to a folder of its own. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void open_jnaCantLoadItsCopy_isRightAndSaysWhyLimitsDont(@TempDir Path jna) {
        ChildJvm child = MountedFolder.in(ChildJvm.likeThis().withOption("-Djna.tmpdir=" + jna), jna, "noexec");

        assertThat(load(child)).contains(CONVOLVED, "limits JNA can't load its library", "-Djna.tmpdir=FOLDER");
    }
}
