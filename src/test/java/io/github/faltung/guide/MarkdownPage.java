package io.github.faltung.guide;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Markdown file as its parts, in order: of the format's features those that these documents use.
 *
 * @param file where it is
 * @param parts headings, fenced blocks, comments, tables and lines of text
 */
record MarkdownPage(Path file, List<Part> parts) {
    private static final Pattern FENCE = Pattern.compile("```(\\w*)");
    private static final Pattern HEADING = Pattern.compile("(#{1,6}) (.*)");
    private static final Pattern CELL_END = Pattern.compile("(?<!\\\\)\\|");

    /** What a page consists of; lines count from 1. */
    sealed interface Part {
        int line();
    }

    /** A heading. */
    record Heading(int line, int level, String text) implements Part {}

    /**
     * A fenced block.
     *
     * @param line of its first line, below the fence
     */
    record Block(int line, String language, String text) implements Part {}

    /** A comment, which readers of the page don't see. */
    record Comment(int line, String text) implements Part {}

    /** A row of a table: its cells, and the names of their columns. */
    record Row(int line, List<String> columns, List<String> cells) implements Part {
        /** Returns the cell of the first column whose name begins so, or "". */
        String cell(String column) {
            for (int i = 0; i < columns.size(); i++) {
                if (columns.get(i).startsWith(column)) {
                    return cells.get(i);
                }
            }
            return "";
        }
    }

    /** Any other line. */
    record Text(int line, String text) implements Part {}

    static MarkdownPage read(Path file) throws IOException {
        return new MarkdownPage(file, new Reader(file, Files.readAllLines(file)).parts());
    }

    /** Returns where something is, as messages say it. */
    String place(int line) {
        return file.getFileName() + ":" + line;
    }

    private static final class Reader {
        private final Path file;
        private final List<String> lines;
        private final List<Part> parts = new ArrayList<>();
        private List<String> columns = List.of();
        private int next;

        Reader(Path file, List<String> lines) {
            this.file = file;
            this.lines = lines;
        }

        List<Part> parts() {
            while (next < lines.size()) {
                String line = lines.get(next++);
                Matcher fence = FENCE.matcher(line);
                Matcher heading = HEADING.matcher(line);
                boolean inTable = line.startsWith("|");
                if (fence.matches()) {
                    int first = next + 1;
                    parts.add(new Block(first, fence.group(1), until("```", "")));
                } else if (line.startsWith("<!--")) {
                    int first = next;
                    parts.add(new Comment(first, comment(first, until("-->", line.substring(4)))));
                } else if (heading.matches()) {
                    parts.add(new Heading(next, heading.group(1).length(), heading.group(2)));
                } else if (inTable) {
                    row(line);
                } else {
                    parts.add(new Text(next, line));
                }
                columns = inTable ? columns : List.of();
            }
            return parts;
        }

        private String comment(int first, String text) {
            if (text.contains("--")) {
                throw new AssertionError(file + ":" + first + ": the site takes no comment with two dashes in it");
            }
            return text.strip();
        }

        private String until(String end, String begun) {
            int first = next;
            var text = new StringBuilder(begun);
            while (!text.toString().strip().endsWith(end)) {
                if (next == lines.size()) {
                    throw new AssertionError(file + ":" + first + ": no " + end + " after this");
                }
                text.append(text.length() == 0 ? "" : "\n").append(lines.get(next++));
            }
            return text.substring(0, text.lastIndexOf(end)).stripTrailing();
        }

        private void row(String line) {
            List<String> cells = Arrays.stream(CELL_END.split(line.strip().replaceAll("^\\||(?<!\\\\)\\|$", ""), -1))
                    .map(cell -> cell.strip().replace("\\|", "|"))
                    .toList();
            if (columns.isEmpty()) {
                columns = cells;
                next++; // the line of dashes
            } else if (cells.size() != columns.size()) {
                throw new AssertionError(
                        file + ":" + next + ": a row must have " + columns.size() + " cells, but has " + cells.size());
            } else {
                parts.add(new Row(next, columns, cells));
            }
        }
    }
}
