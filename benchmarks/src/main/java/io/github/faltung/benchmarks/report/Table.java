package io.github.faltung.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Rows under a heading; columns of numbers are set right. */
final class Table {
    private static final String NUMBER = "-?[0-9.]+[%×]?|–|refused";

    private final List<List<String>> rows = new ArrayList<>();

    void add(List<String> row) {
        rows.add(List.copyOf(row));
    }

    private boolean isNumeric(int column) {
        return rows.stream().skip(1).allMatch(row -> row.get(column).matches(NUMBER));
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }

    /** Returns it for a terminal, columns below each other. */
    String text() {
        var text = new StringBuilder();
        for (List<String> row : rows) {
            for (int column = 0; column < row.size(); column++) {
                String space = " ".repeat(width(column) - row.get(column).length());
                boolean last = column == row.size() - 1;
                text.append(isNumeric(column) ? space + row.get(column) : row.get(column) + (last ? "" : space))
                        .append(last ? System.lineSeparator() : "  ");
            }
        }
        return text.toString();
    }

    /** Returns it in Markdown. */
    String markdown() {
        var text = new StringBuilder();
        for (int i = 0; i < rows.size(); i++) {
            List<String> row = rows.get(i);
            text.append(row.stream().collect(Collectors.joining(" | ", "| ", " |\n")));
            if (i == 0) {
                for (int column = 0; column < row.size(); column++) {
                    text.append(isNumeric(column) ? "|--:" : "|---");
                }
                text.append("|\n");
            }
        }
        return text.toString();
    }
}
