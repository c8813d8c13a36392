package io.github.faltung.checking;

import io.github.faltung.convolution.PoolingAlgorithm;
import io.github.faltung.convolution.ProblemKind;
import io.github.faltung.convolution.ProblemLine;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads problem files: one {@link ProblemLine} a line. Blank lines, lines that begin with {@code #} and lines of options alone are
 * skipped. {@code conv}, {@code deconv} or {@code pool} in front of a line says what kind it is; where none is, the nearest folder of
 * the file's path with one of these names does, and where there is none, the caller's default.
 */
public final class ProblemFiles {
    /**
     * A problem and where it was read.
     *
     * @param place file and line number, or the line itself
     * @param line the problem and its name
     */
    public record Located(String place, ProblemLine line) {}

    private final ProblemKind kind;
    private final PoolingAlgorithm algorithm;
    private final List<Located> problems = new ArrayList<>();
    private int optionLines;

    /**
     * Makes an empty collection. For one thread.
     *
     * @param transposed what a line is where nothing else decides
     */
    public ProblemFiles(boolean transposed) {
        this(transposed, PoolingAlgorithm.MAX);
    }

    /**
     * Makes an empty collection. For one thread.
     *
     * @param transposed what a line is where nothing else decides
     * @param algorithm what a pooling's line is that does not say
     */
    public ProblemFiles(boolean transposed, PoolingAlgorithm algorithm) {
        this.kind = transposed ? ProblemKind.DECONV : ProblemKind.CONV;
        this.algorithm = algorithm;
    }

    /**
     * Adds the problems of a file, of all files below a folder in the order of their names, or of a single line: a text that is no
     * path to anything is one.
     *
     * @throws IllegalArgumentException if a line is not a problem line; names file, line number and reason
     * @throws IOException if a file can't be read, with its name
     */
    public void add(String fileOrLine) throws IOException {
        Path path = existing(fileOrLine);
        if (path != null) {
            addBelow(path);
            return;
        }
        try {
            problems.add(new Located(fileOrLine, ProblemLine.parse(fileOrLine, kind, algorithm)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "'" + fileOrLine + "' is neither a file nor a problem: " + e.getMessage(), e);
        }
    }

    /** Returns whether a text is taken to be a line, since it is no path to anything. */
    public static boolean isLine(String fileOrLine) {
        return existing(fileOrLine) == null;
    }

    private static @Nullable Path existing(String fileOrLine) {
        try {
            Path path = Path.of(fileOrLine);
            return !fileOrLine.isEmpty() && Files.exists(path) ? path : null;
        } catch (InvalidPathException e) {
            return null; // a name in quotes, on Windows
        }
    }

    private void addBelow(Path path) throws IOException {
        List<Path> files;
        try (Stream<Path> below = Files.walk(path)) {
            files = below.filter(Files::isRegularFile).sorted().toList();
        }
        for (Path file : files) {
            addFile(file);
        }
    }

    private void addFile(Path file) throws IOException {
        ProblemKind fileKind = kind(file);
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (CharacterCodingException e) {
            throw new IOException(file + " must be text in UTF-8, but is not", e);
        }
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            if (Arrays.stream(line.split("\\s+", -1)).allMatch(token -> token.startsWith("--"))) {
                optionLines++;
                continue;
            }
            String place = file + ":" + (i + 1);
            try {
                problems.add(new Located(place, ProblemLine.parse(line, fileKind, algorithm)));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(place + ": " + e.getMessage(), e);
            }
        }
    }

    private ProblemKind kind(Path file) {
        for (Path folder = file.toAbsolutePath().normalize().getParent(); folder != null; folder = folder.getParent()) {
            String name = String.valueOf(folder.getFileName());
            for (ProblemKind each : ProblemKind.values()) {
                if (each.toString().equals(name)) {
                    return each;
                }
            }
        }
        return kind;
    }

    /** Returns what was added, in that order. */
    public List<Located> problems() {
        return List.copyOf(problems);
    }

    /** Returns how many lines of options alone were skipped. */
    public int optionLines() {
        return optionLines;
    }
}
