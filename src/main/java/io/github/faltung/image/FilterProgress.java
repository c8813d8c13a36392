package io.github.faltung.image;

import java.util.concurrent.CancellationException;

/** Tells a listener how far it has come, and whether to go on. */
final class FilterProgress {
    private final RowListener listener;
    private final int all;

    FilterProgress(RowListener listener, int all) {
        this.listener = listener;
        this.all = all;
    }

    /**
     * Reports.
     *
     * @throws CancellationException if the listener says so, or the thread is interrupted
     */
    void report(int rows) {
        if (!listener.filtered(rows, all) || Thread.currentThread().isInterrupted()) {
            throw new CancellationException("cancelled after " + rows + " of " + all + " rows");
        }
    }
}
