package io.github.faltung.image;

import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** Those rows of a source that are still needed: a window that moves down. Of one thread. */
final class RowWindow {
    private final RowSource source;
    private final Deque<Raster> chunks = new ArrayDeque<>();
    private int taken;

    RowWindow(RowSource source) {
        this.source = source;
    }

    /**
     * Lets go of the rows above {@code first}, and reads those above {@code end}.
     *
     * @throws IOException if they can't be read
     */
    void move(int first, int end) throws IOException {
        dropAbove(first);
        while (taken < end) {
            Raster chunk = source.next();
            chunks.add(chunk);
            taken = bottom(chunk);
            dropAbove(first);
        }
    }

    private void dropAbove(int first) {
        while (!chunks.isEmpty() && bottom(chunks.getFirst()) <= first) {
            chunks.removeFirst();
        }
    }

    private static int bottom(Raster chunk) {
        return chunk.getMinY() + chunk.getHeight();
    }

    boolean holds(int row) {
        return row < taken && !chunks.isEmpty() && row >= chunks.getFirst().getMinY();
    }

    /**
     * Returns rows with the coordinates of the image; of what is in one piece, a view.
     *
     * @throws IllegalStateException if the window has not been moved over them, or beyond them
     */
    Raster rows(int first, int count) {
        Raster chunk = chunk(first);
        if (first + count <= bottom(chunk)) {
            return chunk.createChild(0, first, chunk.getWidth(), count, 0, first, null);
        }
        WritableRaster rows = source.shape().rows(first, count);
        for (int row = first; row < first + count; row += Math.min(bottom(chunk), first + count) - row) {
            chunk = chunk(row);
            rows.setRect(rows(row, Math.min(bottom(chunk), first + count) - row));
        }
        return rows;
    }

    private Raster chunk(int row) {
        for (Raster chunk : chunks) {
            if (row >= chunk.getMinY() && row < bottom(chunk)) {
                return chunk;
            }
        }
        throw new IllegalStateException("row must be in the window, whose last is " + (taken - 1) + ", but was " + row);
    }
}
