package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LibraryHashesTest {
    @Test
    void load_ownTable_hasEveryLibraryOfEverySupportedPlatform() {
        BundledNatives natives = BundledNatives.load();
        List<String> expected = natives.platforms().stream()
                .flatMap(platform -> natives.jarsFor(platform.name()).stream())
                .flatMap(jar -> jar.libraries().stream().map(jar::resource))
                .toList();

        assertThat(LibraryHashes.load().resources())
                .containsAll(expected)
                .filteredOn(resource -> !resource.startsWith("com/sun/jna/"))
                .hasSameSizeAs(expected);
        assertThat(LibraryHashes.load().resources())
                .filteredOn(resource -> resource.startsWith("com/sun/jna/"))
                .hasSameSizeAs(natives.platforms());
    }

    @Test
    void matches_otherHashOrUnknownLibrary_isFalse() {
        LibraryHashes hashes = LibraryHashes.read("00ff  a/b.so\n11ee  c.so\n");

        assertThat(hashes.matches("a/b.so", "00ff")).isTrue();
        assertThat(hashes.matches("a/b.so", "11ee")).isFalse();
        assertThat(hashes.matches("b.so", "00ff")).isFalse();
    }
}
