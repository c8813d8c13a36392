package io.github.faltung.image;

import java.awt.Point;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.util.function.Consumer;

/**
 * A raster that readers take for a whole image, but which hands on its rows as they are written and keeps only a few. Rows must be written from
 * above, by {@link #setPixel(int, int, int[])} or {@link #setRect(int, int, Raster)}, as the JDK's readers of PNG and JPEG do; there
 * is nothing to be read.
 */
final class StreamedRaster extends WritableRaster {
    private final ImageShape shape;
    private final int rows;
    private final Consumer<Raster> sink;
    private WritableRaster chunk;

    /**
     * Makes the raster.
     *
     * @param rows how many to hand on at once
     * @param sink is given them, with the image's coordinates
     */
    StreamedRaster(ImageShape shape, int rows, Consumer<Raster> sink) {
        this(shape, rows, sink, shape.rows(0, 1));
    }

    private StreamedRaster(ImageShape shape, int rows, Consumer<Raster> sink, WritableRaster row) {
        super(row.getSampleModel(), row.getDataBuffer(), shape.bounds(), new Point(), null);
        this.shape = shape;
        this.rows = rows;
        this.sink = sink;
        this.chunk = chunk(0);
    }

    private WritableRaster chunk(int top) {
        return shape.rows(top, Math.min(rows, shape.height() - top));
    }

    private WritableRaster chunkOf(int y) {
        int bottom = chunk.getMinY() + chunk.getHeight();
        if (y < chunk.getMinY() || y > bottom) {
            throw new IllegalStateException(
                    "row must be from " + chunk.getMinY() + " to " + bottom + " to be handed on, but was " + y);
        }
        if (y == bottom) {
            sink.accept(chunk);
            chunk = chunk(bottom);
        }
        return chunk;
    }

    @Override
    public void setPixel(int x, int y, int[] samples) {
        chunkOf(y).setPixel(x, y, samples);
    }

    @Override
    public void setRect(int dx, int dy, Raster from) {
        for (int y = from.getMinY(); y < from.getMinY() + from.getHeight(); y++) {
            Raster row = from.createChild(from.getMinX(), y, from.getWidth(), 1, from.getMinX(), y, null);
            chunkOf(y + dy).setRect(dx, dy, row);
        }
    }

    /** Hands on the rest. */
    void finish() {
        if (chunk.getMinY() + chunk.getHeight() < shape.height()) {
            throw new IllegalStateException("rows must be " + shape.height() + ", but less than "
                    + (chunk.getMinY() + chunk.getHeight()) + " came");
        }
        sink.accept(chunk);
    }
}
