package io.github.faltung.image;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Kernels in text files: a row of numbers a line, between blanks or commas; a number may be a fraction such as {@code 1/9}; what follows a
 * {@code #} is a comment. A line {@code origin X Y} says which column and row lie on the output pixel, counted from 0; without it, it is the
 * middle. As every {@link ImageKernel}, it is turned around as it is laid over the image. Thread-safe.
 *
 * <pre>
 * # the binomial filter
 * origin 1 1
 * 1/16 2/16 1/16
 * 2/16 4/16 2/16
 * 1/16 2/16 1/16
 * </pre>
 */
public final class KernelFile {
    private KernelFile() {}

    /**
     * Reads a file.
     *
     * @throws IOException if it can't be read
     * @throws IllegalArgumentException if it is no kernel; the message names the file, the line and the rule
     */
    public static ImageKernel read(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new FileSystemException(file + ": must be a file, but is a folder");
        }
        try {
            return parse(Files.readString(file), file.toString());
        } catch (MalformedInputException e) {
            throw new IllegalArgumentException(file + " must be a text file of numbers, but is no UTF-8 text", e);
        }
    }

    /**
     * Reads a text.
     *
     * @param name of the text, as messages quote it
     * @throws IllegalArgumentException if it is no kernel
     */
    public static ImageKernel parse(String text, String name) {
        var rows = new ArrayList<float[]>();
        int[] origin = {};
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String place = name + " line " + (i + 1);
            String line = lines.get(i).replaceFirst("#.*", "").replace(',', ' ').strip();
            if (line.toLowerCase(Locale.ROOT).startsWith("origin")) {
                origin = origin(line, place, origin.length > 0);
            } else if (!line.isEmpty()) {
                rows.add(row(line, place, rows.isEmpty() ? 0 : rows.get(0).length));
            }
        }
        if (rows.isEmpty()) {
            throw new IllegalArgumentException(name + " must have a row of numbers, but has none");
        }
        ImageKernel kernel = kernel(rows);
        try {
            return origin.length == 0 ? kernel : kernel.withOrigin(origin[0], origin[1]);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
        }
    }

    private static ImageKernel kernel(List<float[]> rows) {
        int width = rows.get(0).length;
        var weights = new float[rows.size() * width];
        for (int y = 0; y < rows.size(); y++) {
            System.arraycopy(rows.get(y), 0, weights, y * width, width);
        }
        return ImageKernel.of(width, rows.size(), weights);
    }

    private static int[] origin(String line, String place, boolean again) {
        String[] words = line.split("\\s+", -1);
        if (again || words.length != 3 || !words[1].matches("\\d{1,9}") || !words[2].matches("\\d{1,9}")) {
            throw new IllegalArgumentException(
                    place + " must be the only 'origin' and followed by a column and a row, but was '" + line + "'");
        }
        return new int[] {Integer.parseInt(words[1]), Integer.parseInt(words[2])};
    }

    private static float[] row(String line, String place, int width) {
        String[] words = line.split("\\s+", -1);
        if (width > 0 && words.length != width) {
            throw new IllegalArgumentException(
                    place + " must have " + width + " numbers as the first row, but has " + words.length);
        }
        var row = new float[words.length];
        for (int i = 0; i < row.length; i++) {
            row[i] = (float) number(words[i], place);
            if (!Float.isFinite(row[i])) {
                throw new IllegalArgumentException(
                        place + " must be of numbers that a float holds, but was " + words[i]);
            }
        }
        return row;
    }

    /** Returns the value of a number or a fraction. */
    static double number(String text, String place) {
        int slash = text.indexOf('/');
        try {
            double value = slash < 0
                    ? Double.parseDouble(text)
                    : Double.parseDouble(text.substring(0, slash)) / Double.parseDouble(text.substring(slash + 1));
            if (Double.isFinite(value)) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(notNumber(text, place), e);
        }
        throw new IllegalArgumentException(notNumber(text, place));
    }

    private static String notNumber(String text, String place) {
        return place + " must be a number or a fraction such as 1/9, but was '" + text + "'";
    }
}
