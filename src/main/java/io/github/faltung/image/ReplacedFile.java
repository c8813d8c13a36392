package io.github.faltung.image;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/** A file that is written beside the one that it takes the place of, once it is whole; else there is nothing left of it. Of one thread. */
final class ReplacedFile implements Closeable {
    private final Path target;
    private final Path part;

    /**
     * Makes an empty file beside another, which need not be there.
     *
     * @throws NoSuchFileException if the folder is not there
     * @throws IOException if the file can't be made, or the other is a folder
     */
    ReplacedFile(Path file) throws IOException {
        this.target = Files.exists(file) ? file.toRealPath() : file.toAbsolutePath();
        if (Files.isDirectory(target)) {
            throw new FileSystemException(file + ": must be a file, but is a folder");
        }
        try {
            this.part = Files.createFile(target.resolveSibling(".faltung-" + UUID.randomUUID() + ".part"));
        } catch (NoSuchFileException e) {
            throw (NoSuchFileException)
                    new NoSuchFileException(file + ": must be in a folder, but there is none").initCause(e);
        }
    }

    /** Returns the file to write to. */
    Path part() {
        return part;
    }

    /**
     * Puts what was written in the other's place.
     *
     * @throws IOException if that fails
     */
    void commit() throws IOException {
        try {
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Deletes what was written, if it is not in the other's place. */
    @Override
    public void close() throws IOException {
        Files.deleteIfExists(part);
    }
}
