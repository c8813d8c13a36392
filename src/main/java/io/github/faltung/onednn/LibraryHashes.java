package io.github.faltung.onednn;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** SHA-256 of each shared library inside the native jars, from {@code native-config/libraries.sha256}. Immutable and thread-safe. */
final class LibraryHashes {
    /** Where the build puts the table on the class path. */
    static final String TABLE = "/META-INF/faltung/libraries.sha256";

    /** What {@code sha256sum} writes between a hash and a name. */
    private static final String BETWEEN = "  ";

    private final Map<String, String> hashes;

    private LibraryHashes(Map<String, String> hashes) {
        this.hashes = hashes;
    }

    /**
     * Reads the table that the build put on the class path.
     *
     * @throws IllegalStateException if it is missing
     */
    static LibraryHashes load() {
        try (InputStream in = LibraryHashes.class.getResourceAsStream(TABLE)) {
            if (in == null) {
                throw new IllegalStateException(
                        TABLE + " is not on the class path; build with Maven, which puts it there");
            }
            return read(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + TABLE, e);
        }
    }

    /** Reads lines as {@code sha256sum} writes them. */
    static LibraryHashes read(String table) {
        return new LibraryHashes(table.lines()
                .map(line -> line.split(BETWEEN, 2))
                .collect(Collectors.toUnmodifiableMap(parts -> parts[1], parts -> parts[0])));
    }

    /** Returns the paths, inside their jars, of the libraries that the table knows. */
    Set<String> resources() {
        return hashes.keySet();
    }

    /** Returns whether a library has the hash that the table has for it; false if the table does not know it. */
    boolean matches(String resource, String sha256) {
        return sha256.equals(hashes.get(resource));
    }
}
