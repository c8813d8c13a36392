package io.github.faltung.cli;

import io.github.faltung.image.RowListener;
import java.io.PrintWriter;

/** Says how much of a picture is filtered: on a console each percent in one line, elsewhere a line for each tenth. */
final class FilterStatus implements RowListener {
    private static final int PERCENT = 100;

    private final StatusLine line;
    private final int step;
    private int shown = -1;

    FilterStatus(PrintWriter err, boolean console) {
        this.line = new StatusLine(err, console);
        this.step = console ? 1 : PERCENT / 10;
    }

    @Override
    public boolean filtered(int rows, int all) {
        int percent = (int) ((long) PERCENT * rows / all / step * step);
        if (percent > shown) {
            shown = percent;
            line.show("filtered " + rows + " of " + all + " rows, " + percent + " %");
        }
        return true;
    }

    /** Makes room for other output. */
    void clear() {
        line.clear();
    }
}
