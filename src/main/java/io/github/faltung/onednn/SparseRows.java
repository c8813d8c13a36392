package io.github.faltung.onednn;

import java.util.Arrays;

/**
 * A sparse matrix that is written row by row, compressed (CSR): row r consists of the entries from {@code starts[r]} to {@code
 * starts[r + 1]}. Room is made once. For one thread at a time.
 */
final class SparseRows {
    private final int[] starts;
    private final int[] columns;
    private final float[] values;
    private int rows;
    private int entries;

    /** Makes an empty matrix. */
    SparseRows(int mostRows, int mostEntries) {
        this.starts = new int[mostRows + 1];
        this.columns = new int[mostEntries];
        this.values = new float[mostEntries];
    }

    void clear() {
        rows = 0;
        entries = 0;
    }

    /** Adds an entry to the row that is being written; a row's columns may come in any order. */
    void add(int column, float value) {
        columns[entries] = column;
        values[entries++] = value;
    }

    /** Ends the row that is being written. */
    void endRow() {
        starts[++rows] = entries;
    }

    /** Ends rows without entries, up to the most that there may be. */
    void endAllRows() {
        Arrays.fill(starts, rows + 1, starts.length, entries);
        rows = starts.length - 1;
    }

    int rows() {
        return rows;
    }

    int entries() {
        return entries;
    }

    /** Returns where each row begins, and behind them where the last ends; not a copy. */
    int[] starts() {
        return starts;
    }

    /** Returns each entry's column; not a copy. */
    int[] columns() {
        return columns;
    }

    /** Returns each entry's value; not a copy. */
    float[] values() {
        return values;
    }
}
