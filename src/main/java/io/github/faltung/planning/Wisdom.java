package io.github.faltung.planning;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What planning engines have measured, kept in a file that people can read: a line for each problem on each kind of machine, with the
 * formulation that won. What another machine, another number of threads or another release of oneDNN has found is kept and not used.
 *
 * <p>Thread-safe; several processes may share a file: it is replaced as a whole, under a lock, with what others have added meanwhile, and keeps
 * its permissions. A link to it is followed. A file that can't be read is ignored with a warning, and replaced when there is something to
 * remember.
 */
public final class Wisdom {
    private static final System.Logger LOG = System.getLogger(Wisdom.class.getName());
    private static final String HEADER = "faltung wisdom 1";
    private static final int FIELDS = 5;

    /** A file beyond this was not written by us. */
    private static final long MOST_BYTES = 64 << 20;

    private static final long LONGEST_WAIT_MILLIS = 3000;

    /** As Linux follows. */
    private static final int MOST_LINKS = 40;

    private final Path file;
    private final Map<Key, String> formulations = new TreeMap<>();

    /**
     * What a choice is for.
     *
     * @param machine as {@link io.github.faltung.convolution.Engine#fingerprint} tells
     * @param problem a problem line
     * @param src how the source lies
     * @param dst how the destination lies
     */
    record Key(String machine, String problem, String src, String dst) implements Comparable<Key> {
        private String text() {
            return String.join("\t", machine, problem, src, dst);
        }

        @Override
        public int compareTo(Key other) {
            return text().compareTo(other.text());
        }
    }

    private Wisdom(Path file) {
        this.file = file;
        formulations.putAll(readOrWarn());
    }

    /** Opens a file, which need not be there yet; its folder must. */
    public static Wisdom at(Path file) {
        return new Wisdom(Objects.requireNonNull(file, "file").toAbsolutePath());
    }

    /** Returns where it is kept. */
    public Path file() {
        return file;
    }

    /** Returns for how many problems a choice is known, of all machines. */
    public synchronized int size() {
        return formulations.size();
    }

    synchronized Optional<String> formulation(Key key) {
        return Optional.ofNullable(formulations.get(key));
    }

    /**
     * Remembers a choice, in the file too.
     *
     * @throws UncheckedIOException if the file can't be written, or another process keeps it locked
     */
    void remember(Key key, String formulation) {
        // The file's own lock is the whole process's, and can't be waited for within it; this is the one object that
        // all class loaders share.
        synchronized (Runtime.getRuntime()) {
            rememberAlone(key, formulation);
        }
    }

    private synchronized void rememberAlone(Key key, String formulation) {
        try {
            rememberAlone(target(), key, formulation);
        } catch (IOException e) {
            throw new UncheckedIOException("wisdom can't be written to " + file + ": " + e.getMessage(), e);
        } catch (OverlappingFileLockException e) {
            throw new UncheckedIOException(
                    new IOException("wisdom is locked by another part of this program: " + file, e));
        }
    }

    private void rememberAlone(Path target, Key key, String formulation) throws IOException {
        try (FileChannel channel = FileChannel.open(
                        target.resolveSibling(target.getFileName() + ".lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
                FileLock lock = locked(channel)) {
            Objects.requireNonNull(lock, "lock");
            formulations.putAll(readOrWarn());
            formulations.put(key, formulation);
            write(target);
        }
    }

    /** Returns what the file's links lead to, which need not be there yet: whoever uses another name of it then waits for the same lock. */
    private Path target() throws IOException {
        Path target = file;
        for (int links = 0; Files.isSymbolicLink(target); links++) {
            if (links == MOST_LINKS) {
                throw new IOException("its links must lead to a file, but lead to links without end");
            }
            target = target.resolveSibling(Files.readSymbolicLink(target));
        }
        return target;
    }

    /** Waits for who holds it for the moment that reading and writing take, not for a process that is stopped meanwhile. */
    private static FileLock locked(FileChannel channel) throws IOException {
        long pause = 1;
        for (long waited = 0; waited < LONGEST_WAIT_MILLIS; waited += pause) {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return lock;
            }
            pause(pause);
            pause = Math.min(2 * pause, 64);
        }
        throw new IOException("another process has kept it locked for " + LONGEST_WAIT_MILLIS + " ms");
    }

    private static void pause(long millis) throws InterruptedIOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while another process has it locked");
        }
    }

    private void write(Path target) throws IOException {
        List<String> lines = new ArrayList<>(List.of(HEADER));
        formulations.forEach((key, formulation) -> lines.add(key.text() + "\t" + formulation));
        Path temporary = target.resolveSibling(target.getFileName() + ".new");
        try {
            Files.deleteIfExists(temporary); // of a process that was ended, and maybe not to be written
            Files.write(temporary, lines);
            copyPermissions(target, temporary);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static void copyPermissions(Path from, Path to) throws IOException {
        if (Files.exists(from) && Files.getFileAttributeView(from, PosixFileAttributeView.class) != null) {
            Files.setPosixFilePermissions(to, Files.getPosixFilePermissions(from));
        }
    }

    private Map<Key, String> readOrWarn() {
        try {
            return read();
        } catch (NoSuchFileException e) {
            return Map.of();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "wisdom is ignored: {0}: {1}", file, e.getMessage());
            return Map.of();
        }
    }

    private Map<Key, String> read() throws IOException {
        if (Files.size(file) > MOST_BYTES) {
            throw new IOException("it must have at most " + MOST_BYTES + " bytes, but has " + Files.size(file));
        }
        List<String> lines;
        try {
            lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (CharacterCodingException e) {
            throw new IOException("it must be UTF-8", e);
        }
        if (lines.isEmpty() || !lines.get(0).equals(HEADER)) {
            throw new IOException("it must begin with \"" + HEADER + "\"");
        }
        var all = new TreeMap<Key, String>();
        for (String line : lines.subList(1, lines.size())) {
            String[] fields = line.split("\t", -1);
            if (fields.length != FIELDS) {
                throw new IOException("each line must have " + FIELDS + " fields, but one has " + fields.length);
            }
            all.put(new Key(fields[0], fields[1], fields[2], fields[3]), fields[4]);
        }
        return all;
    }
}
