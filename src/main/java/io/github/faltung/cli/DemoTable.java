package io.github.faltung.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/**
 * Prints results as they come: a line for each problem, below it one for each layout. Plain ASCII, since a console may know no more; the
 * column of unknown width stands last.
 */
final class DemoTable {
    private final PrintWriter out;
    private final int nameWidth;
    private String section = "";
    private String problem = "";

    DemoTable(PrintWriter out, List<DemoRow> rows) {
        this.out = out;
        this.nameWidth =
                rows.stream().mapToInt(row -> row.name().length()).max().orElse(1);
    }

    void printHeader(String engine) {
        printCells("", "layout", engine + " ms", "java ms", "speed-up", "error/bound", "implementation");
    }

    void print(DemoResult result) {
        DemoRow row = result.row();
        if (!row.section().equals(section)) {
            section = row.section();
            out.println(section);
        }
        String heading = "  " + row.name() + " ".repeat(nameWidth - row.name().length()) + "  " + result.problem();
        if (!heading.equals(problem)) {
            problem = heading;
            out.println(heading);
        }
        printCells(
                result.verdict(),
                row.layoutText(),
                millis(result.engineMillis()),
                millis(result.referenceMillis()),
                speedUp(result.speedUp()),
                ratio(result.errorToBound()),
                result.implementation());
        if (!result.passed()) {
            out.println("            " + result.failure());
        }
    }

    private void printCells(Object... cells) {
        out.println(String.format(Locale.ROOT, "    %-6s  %-6s %12s %9s %9s %12s  %s", cells)
                .stripTrailing());
    }

    /** Returns three digits, such as {@code 0.0123} or {@code 12.3}. */
    static String millis(double millis) {
        if (Double.isNaN(millis)) {
            return "-";
        }
        int decimals = (int) Math.max(0, Math.min(4, 2 - Math.floor(Math.log10(Math.max(millis, 1e-4)))));
        return String.format(Locale.ROOT, "%." + decimals + "f", millis);
    }

    static String speedUp(double factor) {
        return Double.isNaN(factor) ? "-" : String.format(Locale.ROOT, factor < 10 ? "%.1fx" : "%.0fx", factor);
    }

    static String ratio(double errorToBound) {
        return Double.isNaN(errorToBound) ? "-" : String.format(Locale.ROOT, "%.3f", errorToBound);
    }
}
