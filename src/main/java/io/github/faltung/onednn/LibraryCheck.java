package io.github.faltung.onednn;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bytedeco.javacpp.Loader;

/**
 * What is checked of a library's file before it is loaded: always that it is whole, since one that is not may crash the JVM; its SHA-256 if
 * that was asked for. For one thread.
 */
final class LibraryCheck {
    private static final String JNA = "com/sun/jna/";

    private final boolean verifies;
    private final LibraryHashes hashes = LibraryHashes.load();
    private final Set<Path> checked = new HashSet<>();

    LibraryCheck(boolean verifies) {
        this.verifies = verifies;
    }

    /**
     * Checks one file.
     *
     * @param resource the library's path inside its jar
     * @throws NativeLoadException if it must not be loaded
     */
    void require(Path file, String resource) {
        try {
            String defect = Loader.getPlatform().startsWith("linux") ? ElfFile.defect(file) : "";
            if (!defect.isEmpty()) {
                throw NativeLoadException.because(file + " is damaged: " + defect, "install it again", null);
            }
            if (verifies) {
                requireHash(file.toString(), resource, Sha256.of(file));
            }
            checked.add(real(file));
        } catch (IOException e) {
            throw NativeLoadException.because("cannot read " + file + ": " + e, "make it readable", e);
        }
    }

    /**
     * If hashes were asked for, checks those of JNA's libraries on the class path, from which JNA copies one for each process.
     *
     * @throws NativeLoadException if one is another than the table's
     */
    void requireJna() {
        if (!verifies) {
            return;
        }
        for (String resource : hashes.resources()) {
            if (resource.startsWith(JNA)) {
                requireResource(resource);
            }
        }
    }

    private void requireResource(String resource) {
        try (InputStream in = LibraryCheck.class.getClassLoader().getResourceAsStream(resource)) {
            if (in != null) {
                requireHash(resource + " on the class path", resource, Sha256.of(in));
            }
        } catch (IOException e) {
            throw NativeLoadException.because("cannot read " + resource + ": " + e, "make its jar readable", e);
        }
    }

    /** If hashes were asked for, checks that of a copy of one of JNA's libraries, whichever platform's it is. */
    void requireJna(Path file) {
        String name = "/" + file.getFileName();
        List<String> candidates = hashes.resources().stream()
                .filter(resource -> resource.startsWith(JNA) && resource.endsWith(name))
                .toList();
        try {
            String found = verifies ? Sha256.of(file) : "";
            if (verifies && candidates.stream().noneMatch(resource -> hashes.matches(resource, found))) {
                throw tampered(file.toString(), found);
            }
        } catch (IOException e) {
            throw NativeLoadException.because("cannot read " + file + ": " + e, "make it readable", e);
        }
    }

    private void requireHash(String what, String resource, String found) {
        if (!hashes.matches(resource, found)) {
            throw tampered(what, found);
        }
    }

    private static NativeLoadException tampered(String what, String found) {
        return NativeLoadException.because(
                what + " is not the library that this version of Faltung comes with: its SHA-256 is " + found,
                "install it again; if it is another on purpose, leave out -D" + NativeOptions.VERIFY + "=true",
                null);
    }

    /**
     * If hashes were asked for, checks that nothing else was loaded than libraries with the hash of one in the table.
     *
     * @param files that JavaCPP has loaded, numbered copies for further class loaders included
     * @throws NativeLoadException if one is another
     */
    void requireAllKnown(Collection<Path> files) {
        try {
            for (Path file : files) {
                if (verifies && !checked.contains(real(file))) {
                    String found = Sha256.of(file);
                    if (hashes.resources().stream().noneMatch(resource -> hashes.matches(resource, found))) {
                        throw tampered(file.toString(), found);
                    }
                }
            }
        } catch (IOException e) {
            throw NativeLoadException.because("cannot read what was loaded: " + e, "make it readable", e);
        }
    }

    private static Path real(Path file) throws IOException {
        return file.toRealPath();
    }
}
