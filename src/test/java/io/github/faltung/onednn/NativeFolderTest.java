package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Natives that an administrator has installed, extraction forbidden, hashes checked: each in a JVM of its own. */
@Tag("native")
class NativeFolderTest {
    private static final String FORBID = "-Dfaltung.natives.extract=false";
    private static final String VERIFY = "-Dfaltung.natives.verify=true";

    /** Where in an ELF file the processor is told; 0xb7 is AArch64, 0x3e x86-64. */
    private static final int ELF_MACHINE_AT = 18;

    @TempDir
    static Path shared;

    static Path installed;

    @TempDir
    Path folder;

    @BeforeAll
    static void install() throws Exception {
        installed = Natives.withJna(Natives.installedIn(shared.resolve("installed")));
    }

    private static boolean isNativeJar(String entry) {
        return entry.matches(".*(dnnl|opencl|javacpp)-[0-9].*-(linux|macosx|windows)-.*\\.jar");
    }

    private static String load(ChildJvm child, String... mapped) {
        return child.run(LoadAndConvolve.class, mapped).output();
    }

    private ChildJvm withCopyOf(Path natives) throws Exception {
        return Natives.withFolder(ChildJvm.likeThis(), Natives.linked(natives, folder.resolve("copy")));
    }

    /** Of the three options each; the class path has no natives, so that none could be extracted. */
    @Test
    void open_installedFolder_loadsFromThereAndWritesNothing() throws Exception {
        Path cache = folder.resolve("cache");
        ChildJvm child = Natives.withFolder(Natives.withCache(ChildJvm.likeThis(), cache), installed)
                .withoutEntries(NativeFolderTest::isNativeJar)
                .withOption(FORBID)
                .withOption(VERIFY);

        assertThat(load(child))
                .contains("convolved right, natives in " + installed)
                .contains("installed, nothing extracted, SHA-256 verified", "limits work");
        assertThat(cache).doesNotExist();
    }

    /** As before there were options: no native jar, but files where the JVM looks for libraries. */
    @Test
    void open_javaLibraryPath_loadsFromThere() {
        ChildJvm child = ChildJvm.likeThis()
                .withoutEntries(NativeFolderTest::isNativeJar)
                .withOption("-Djava.library.path=" + installed);

        assertThat(load(child))
                .contains("convolved right, natives in " + installed, "installed on java.library.path", "limits work");
    }

    /** A cache that was filled before serves as a folder, though nothing may be written to it then. */
    @Test
    void open_filledCacheNamed_loadsFromIt() {
        String filled = load(Natives.withCache(ChildJvm.likeThis(), folder));
        assertThat(filled).contains("extracted, CRC-32 checked");

        assertThat(load(Natives.withFolder(ChildJvm.likeThis().withOption(FORBID), folder)))
                .contains("convolved right, natives in " + folder, "installed");
        assertThat(load(Natives.withCache(ChildJvm.likeThis().withOption(FORBID), folder)))
                .contains("convolved right, natives in " + folder, "installed");
    }

    @Test
    void open_extractionForbiddenAndNothingInstalled_saysSoAndRemedy() {
        Path cache = folder.resolve("cache");

        assertThat(load(Natives.withCache(ChildJvm.likeThis(), cache).withOption(FORBID)))
                .contains("failed ", "-Dfaltung.natives.extract=false forbids to extract them", cache.toString())
                .contains("Remedy: copy the libraries out of dnnl-", "name it by -Dfaltung.natives.folder=FOLDER");
        assertThat(cache).doesNotExist();
    }

    @Test
    void open_incompleteFolder_namesWhatItLacks() throws Exception {
        ChildJvm child = withCopyOf(installed);
        Files.delete(Natives.find(folder, System.mapLibraryName("jnidnnl")));

        assertThat(load(child))
                .contains("lacks " + System.mapLibraryName("jnidnnl") + ". Remedy: copy the libraries out of dnnl-");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void open_truncatedLibrary_saysSoInsteadOfCrashing() throws Exception {
        ChildJvm child = withCopyOf(installed);
        Path library = Natives.find(folder, "libdnnl.so.3");
        byte[] whole = Files.readAllBytes(library);
        Natives.replace(library, Arrays.copyOf(whole, whole.length / 2));

        assertThat(load(child))
                .contains(library + " is damaged: it was cut short", "it has " + whole.length / 2)
                .contains("Remedy: install it again");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void open_libraryOfAnotherProcessor_saysSo() throws Exception {
        ChildJvm child = withCopyOf(installed);
        Path library = Natives.find(folder, "libdnnl.so.3");
        byte[] bytes = Files.readAllBytes(library);
        bytes[ELF_MACHINE_AT] = (byte) (bytes[ELF_MACHINE_AT] == 0x3e ? 0xb7 : 0x3e);
        Natives.replace(library, bytes);

        assertThat(load(child))
                .contains("failed ", library.toString(), "Possible cause: can't load")
                .contains("Remedy: this platform needs ");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void open_glibcTooOld_saysVersionsFoundAndNeeded() throws Exception {
        ChildJvm child = withCopyOf(installed);
        Path library = Natives.find(folder, "libjnidnnl.so");
        Natives.replace(library, Natives.patched(library, "GLIBC_2.34", "GLIBC_9.34"));
        Path old = Files.writeString(folder.resolve("libc-2.28.so"), "mapped, never run");

        assertThat(load(child, old.toString()))
                .contains("they need GLIBC_9.34, which this system is too old for: it has glibc 2.28")
                .contains("Remedy: run on Linux with glibc 2.34");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void open_onMusl_saysVersionAndRemedy() throws Exception {
        assertThat(load(ChildJvm.likeThis(), MuslLoader.in(folder).toString()))
                .contains("they are built for glibc, and this process runs on musl libc 1.2.3")
                .contains("Remedy: use an image based on glibc");
    }

    @Test
    void open_changedLibraryAndHashesWanted_isRefused() throws Exception {
        ChildJvm child = withCopyOf(installed).withOption(VERIFY);
        Path library = Natives.find(folder, System.mapLibraryName("jnidnnl"));
        byte[] bytes = Files.readAllBytes(library);
        bytes[bytes.length - 1] ^= 1;
        Natives.replace(library, bytes);

        assertThat(load(child))
                .contains("failed ", library + " is not the library that this version of Faltung comes with")
                .contains("Remedy: install it again");
    }

    @Test
    void open_changedJnaAndHashesWanted_isRefused() throws Exception {
        ChildJvm child = withCopyOf(installed).withOption(VERIFY);
        Path library = Natives.find(folder, System.mapLibraryName("jnidispatch").replace(".dylib", ".jnilib"));
        byte[] bytes = Files.readAllBytes(library);
        bytes[bytes.length - 1] ^= 1;
        Natives.replace(library, bytes);

        assertThat(load(child)).contains("failed ", library + " is not the library");
    }

    @Test
    void open_malformedOption_namesIt() {
        assertThat(load(ChildJvm.likeThis().withOption("-Dfaltung.natives.verify=yes")))
                .contains("-Dfaltung.natives.verify must be true or false, is 'yes'");
    }
}
