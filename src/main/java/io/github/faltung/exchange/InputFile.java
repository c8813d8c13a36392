package io.github.faltung.exchange;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Opens files that are read, and says in words what is wrong where one can't be. */
final class InputFile {
    /** What a Java array, and a protobuf message, can hold. */
    private static final long MOST_BYTES = Integer.MAX_VALUE - 8;

    private InputFile() {}

    static FileChannel open(Path file) throws IOException {
        requireFile(file);
        return FileChannel.open(file, StandardOpenOption.READ);
    }

    /** Reads a whole file. Allocates what the file has, not what it says. */
    static byte[] bytes(Path file) throws IOException {
        requireFile(file);
        long size = Files.size(file);
        requireFitsArray(file, size);
        return Files.readAllBytes(file);
    }

    /** Requires what a Java array can hold. */
    static void requireFitsArray(Path file, long bytes) throws ExchangeException {
        if (bytes > MOST_BYTES) {
            throw ExchangeException.broken(file.toString(), "size", "must be less than 2 GiB", bytes + " bytes");
        }
    }

    private static void requireFile(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new ExchangeException(
                    file.toString(), "must be a file, but there is none", new NoSuchFileException(file.toString()));
        }
        if (!Files.isRegularFile(file)) {
            throw new ExchangeException(file.toString(), "must be a file, but is something else");
        }
    }
}
