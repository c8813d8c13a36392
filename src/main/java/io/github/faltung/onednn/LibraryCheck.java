package io.github.faltung.onednn;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;

/**
 * What is checked of a library's file before it is loaded: always that it is whole, since one that is not may crash the JVM; its SHA-256 if
 * that was asked for. For one thread.
 */
final class LibraryCheck {
    private static final String JNA = "com/sun/jna/";

    /** Those to go by, if any were asked for: the table is not read in vain. */
    private final Optional<LibraryHashes> hashes;

    private final Set<Path> checked = new HashSet<>();

    LibraryCheck(boolean verifies) {
        hashes = verifies ? Optional.of(LibraryHashes.load()) : Optional.empty();
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
            if (hashes.isPresent()) {
                requireHash(hashes.get(), file.toString(), resource, Sha256.of(file));
            }
            checked.add(real(file));
        } catch (IOException e) {
            throw NativeLoadException.because("cannot read " + file + ": " + e, "make it readable", e);
        }
    }

    /**
     * If hashes were asked for, checks those of JNA's libraries: on the class path, from which JNA copies one for each process, and in the
     * folders that JNA looks into before.
     *
     * @throws NativeLoadException if one is another than the table's
     */
    void requireJna() {
        hashes.ifPresent(this::requireJna);
    }

    private void requireJna(LibraryHashes known) {
        known.resources().stream()
                .filter(resource -> resource.startsWith(JNA))
                .forEach(resource -> requireResource(known, resource));
        String name = System.mapLibraryName("jnidispatch").replace(".dylib", ".jnilib");
        Stream.of(System.getProperty(NativeOptions.JNA_FOLDER, "").split(File.pathSeparator, -1))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, name))
                .filter(Files::isRegularFile)
                .forEach(file -> requireKnown(known, file));
    }

    private static void requireResource(LibraryHashes known, String resource) {
        try (InputStream in = LibraryCheck.class.getClassLoader().getResourceAsStream(resource)) {
            if (in != null) {
                requireHash(known, resource + " on the class path", resource, Sha256.of(in));
            }
        } catch (IOException e) {
            throw NativeLoadException.because("cannot read " + resource + ": " + e, "make its jar readable", e);
        }
    }

    private static void requireHash(LibraryHashes known, String what, String resource, String found) {
        if (!known.matches(resource, found)) {
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
        hashes.ifPresent(known -> files.forEach(file -> requireKnown(known, file)));
    }

    /** Checks that a file was checked before, or has the hash of any library in the table. */
    private void requireKnown(LibraryHashes known, Path file) {
        try {
            if (!checked.contains(real(file))) {
                String found = Sha256.of(file);
                if (known.resources().stream().noneMatch(resource -> known.matches(resource, found))) {
                    throw tampered(file.toString(), found);
                }
            }
        } catch (IOException e) {
            throw NativeLoadException.because("cannot read " + file + ": " + e, "make it readable", e);
        }
    }

    private static Path real(Path file) throws IOException {
        return file.toRealPath();
    }
}
