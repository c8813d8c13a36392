package io.github.faltung.cli;

import java.io.PrintWriter;

/** Says which row of the demo's table is being computed. */
final class DemoProgress {
    private final StatusLine line;
    private final int rows;
    private int row;

    DemoProgress(PrintWriter out, boolean console, int rows) {
        this.line = new StatusLine(out, console);
        this.rows = rows;
    }

    /** Begins the next row. */
    void next(String name) {
        row++;
        line.show("[" + row + "/" + rows + "] " + name + " ...");
    }

    /** Makes room for other output. */
    void clear() {
        line.clear();
    }
}
