package io.github.faltung.planning;

import java.io.IOException;
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
 * <p>Thread-safe; several processes may share a file: it is replaced as a whole, under a lock, with what others have added meanwhile. A file
 * that can't be read is ignored with a warning, and replaced when there is something to remember.
 */
public final class Wisdom {
    private static final System.Logger LOG = System.getLogger(Wisdom.class.getName());
    private static final String HEADER = "faltung wisdom 1";
    private static final int FIELDS = 5;

    /** A file beyond this was not written by us. */
    private static final long MOST_BYTES = 64 << 20;

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
     * @throws UncheckedIOException if the file can't be written
     */
    void remember(Key key, String formulation) {
        // The file's own lock is the whole process's, and can't be waited for within it; this is the one object that
        // all class loaders share.
        synchronized (Runtime.getRuntime()) {
            rememberAlone(key, formulation);
        }
    }

    private synchronized void rememberAlone(Key key, String formulation) {
        try (FileChannel channel = FileChannel.open(
                        file.resolveSibling(file.getFileName() + ".lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            Objects.requireNonNull(lock, "lock");
            formulations.putAll(readOrWarn());
            formulations.put(key, formulation);
            write();
        } catch (IOException e) {
            throw new UncheckedIOException("wisdom can't be written to " + file, e);
        } catch (OverlappingFileLockException e) {
            throw new UncheckedIOException(
                    new IOException("wisdom is locked by another part of this program: " + file, e));
        }
    }

    private void write() throws IOException {
        List<String> lines = new ArrayList<>(List.of(HEADER));
        formulations.forEach((key, formulation) -> lines.add(key.text() + "\t" + formulation));
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        Files.write(temporary, lines);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
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
