package io.github.faltung.image;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.UUID;
import javax.imageio.stream.FileImageOutputStream;
import javax.imageio.stream.ImageOutputStream;

/**
 * A file that is written beside the one that it takes the place of, once it is whole; else there is nothing left of it, also if the process is told
 * to end. Of one thread.
 */
final class ReplacedFile implements Closeable {
    /** As Linux follows. */
    private static final int MOST_LINKS = 40;

    private final Path target;
    private final Path part;
    private final Thread atExit = new Thread(this::discard, "faltung-exit");
    private final RandomAccessFile bytes;
    private final ImageOutputStream stream;

    /**
     * Makes an empty file beside another, which need not be there.
     *
     * @throws NoSuchFileException if the folder is not there
     * @throws IOException if the file can't be made, or the other is no regular file, or links without end
     * @throws IllegalStateException if the process is about to end
     */
    ReplacedFile(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new FileSystemException(file + ": must be a file, but is a folder");
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new FileSystemException(file + ": must be a regular file");
        }
        this.target = target(file);
        this.part = target.resolveSibling(".faltung-" + UUID.randomUUID() + ".part");
        if (!Files.isDirectory(part.resolveSibling("."))) {
            throw new NoSuchFileException(file + ": must be in a folder, but there is none");
        }
        this.bytes = new RandomAccessFile(part.toFile(), "rw");
        this.stream = new FileImageOutputStream(bytes);
        try {
            copyPermissions();
            Runtime.getRuntime().addShutdownHook(atExit);
        } catch (IOException | IllegalStateException e) {
            discard();
            throw e;
        }
    }

    /** Links are followed, also to a file that is not there yet. */
    private static Path target(Path file) throws IOException {
        if (Files.exists(file)) {
            return file.toRealPath();
        }
        Path target = file.toAbsolutePath();
        for (int links = 0; Files.isSymbolicLink(target); links++) {
            if (links == MOST_LINKS) {
                throw new FileSystemException(file + ": must lead to a file, but leads to links without end");
            }
            target = target.resolveSibling(Files.readSymbolicLink(target));
        }
        return target;
    }

    /** Who might not read the other may not read this one either. */
    private void copyPermissions() throws IOException {
        if (Files.exists(target) && Files.getFileAttributeView(target, PosixFileAttributeView.class) != null) {
            Files.setPosixFilePermissions(part, Files.getPosixFilePermissions(target));
        }
    }

    /** Returns what to write to; closed by {@link #commit} or {@link #close}. */
    ImageOutputStream stream() {
        return stream;
    }

    /**
     * Puts what was written in the other's place.
     *
     * @throws IOException if that fails
     */
    void commit() throws IOException {
        stream.close();
        try {
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private void discard() {
        try {
            bytes.close(); // some systems delete no open file
            Files.deleteIfExists(part);
        } catch (IOException e) {
            throw new UncheckedIOException(part + " stays", e);
        }
    }

    /** Deletes what was written, if it is not in the other's place. */
    @Override
    public void close() throws IOException {
        bytes.close();
        Files.deleteIfExists(part);
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            return; // it runs already, and does the same
        }
    }
}
