package io.github.faltung.image;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;

/**
 * The rows that a {@link ConvolutionOp} makes of those of a source, strip by strip. A strip is filtered with the rows around it that the kernel
 * reaches; where these are beyond the image, they are what {@link Edge} says of the whole image, or left out if that has none there, so that
 * the operation finds the border itself.
 */
final class FilteredRows implements RowSource {
    /** What is in memory at one time, in strips: read, about to be filtered, filtered, and what the image's reader is ahead. */
    private static final int STRIPS = 5;

    private final ConvolutionOp op;
    private final RowSource src;
    private final RowWindow window;
    private final ImageShape shape;
    private final int strip;
    private final FilterProgress progress;
    private final int reach;
    /** Rows at the ends of the image, which those at the other end need. */
    private final List<Raster> ends = new ArrayList<>();

    private int top;

    /**
     * Begins.
     *
     * @param src read, but stays the caller's to close
     * @param stripBytes how many bytes of rows to filter at once
     */
    FilteredRows(ConvolutionOp op, RowSource src, int stripBytes, FilterProgress progress) {
        this.op = op;
        this.src = src;
        this.window = new RowWindow(src);
        this.shape = shape(op, src.shape());
        this.strip = Math.min(shape.rowsOf(stripBytes), src.shape().rowsOf(stripBytes));
        this.progress = progress;
        this.reach = op.reach();
    }

    private static ImageShape shape(ConvolutionOp op, ImageShape src) {
        return new ImageShape(op.filteredType(src.type()), src.width(), src.height());
    }

    /**
     * Checks that the strips of an image will fit into memory.
     *
     * @param image for messages
     * @throws ImageTooLargeException if they don't
     */
    static void requireRoom(ConvolutionOp op, ImageShape src, int stripBytes, String image)
            throws ImageTooLargeException {
        ImageShape dst = shape(op, src);
        ImageShape larger = dst.rowBytes() > src.rowBytes() ? dst : src;
        long needed = Math.min(src.height(), larger.rowsOf(stripBytes) + 2L * op.reach());
        ImageTooLargeException.requireRoom(image, larger, STRIPS * needed);
    }

    /** Returns whether rows at one end of the image depend on those at the other, so that {@link #readEnd} must come first. */
    boolean wraps() {
        return op.edge() == Edge.WRAP && reach > 0;
    }

    /**
     * Reads the last rows.
     *
     * @param again the same image once more
     * @throws IOException if it can't be read
     * @throws CancellationException if that is wanted
     */
    void readEnd(RowSource again) throws IOException {
        var rows = new RowWindow(again);
        int first = Math.max(0, shape.height() - reach);
        for (int end = strip; end < shape.height(); end += strip) {
            progress.report(0);
            rows.move(Math.min(end, first), end);
        }
        rows.move(first, shape.height());
        keep(rows, first);
    }

    private void keep(RowWindow rows, int first) {
        int count = Math.min(reach, shape.height());
        WritableRaster copy = src.shape().rows(first, count);
        copy.setRect(rows.rows(first, count));
        ends.add(copy);
    }

    @Override
    public ImageShape shape() {
        return shape;
    }

    /**
     * {@inheritDoc}
     *
     * @throws CancellationException if that is wanted
     */
    @Override
    public Raster next() throws IOException {
        int count = Math.min(strip, shape.height() - top);
        int first = top - reach;
        int end = top + count + reach;
        window.move(Math.max(0, first), Math.min(shape.height(), end));
        if (top == 0 && wraps()) {
            keep(window, 0);
        }
        if (op.edge().place(-1, shape.height()) == Edge.NOWHERE) {
            first = Math.max(0, first);
            end = Math.min(shape.height(), end);
        }
        BufferedImage filtered = op.filter(image(first, end), null, top - first, count);
        Raster rows = filtered.getRaster().createChild(0, top - first, shape.width(), count, 0, top, null);
        top += count;
        progress.report(top);
        return rows;
    }

    private BufferedImage image(int first, int end) {
        WritableRaster rows = src.shape().rows(0, end - first);
        for (int y = first; y < end; y++) {
            Raster row = row(op.edge().place(y, shape.height()));
            rows.setRect(0, y - first - row.getMinY(), row);
        }
        ColorModel colours = src.shape().type().getColorModel();
        return new BufferedImage(colours, rows, colours.isAlphaPremultiplied(), null);
    }

    private Raster row(int y) {
        if (window.holds(y)) {
            return window.rows(y, 1);
        }
        for (Raster end : ends) {
            if (y >= end.getMinY() && y < end.getMinY() + end.getHeight()) {
                return end.createChild(0, y, end.getWidth(), 1, 0, y, null);
            }
        }
        throw new IllegalStateException("row must be near to row " + top + " or an end, but was " + y);
    }

    @Override
    public void close() {}
}
