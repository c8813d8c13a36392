package io.github.faltung.image;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import javax.imageio.IIOException;
import javax.imageio.ImageReadParam;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a format that must be read from its beginning, as PNG and JPEG must. A thread of its own reads the image, once, and waits when it is some
 * rows ahead.
 */
final class StreamedRows implements RowSource {
    /** So many chunks may wait to be taken. */
    private static final int WAITING = 2;

    private final OpenedImage image;
    private final ImageShape shape;
    private final int rows;
    private final BlockingQueue<Handed> queue = new ArrayBlockingQueue<>(WAITING);
    private final Thread thread = new Thread(this::readAll, "faltung-image-reader");
    private volatile boolean isClosed;

    /** Rows, or why there are no more. */
    private record Handed(@Nullable Raster rows, @Nullable Throwable failure) {}

    /**
     * Takes an image over.
     *
     * @param rows how many to read at once
     */
    StreamedRows(OpenedImage image, ImageShape shape, int rows) {
        this.image = image;
        this.shape = shape;
        this.rows = rows;
        thread.setDaemon(true);
    }

    @Override
    public ImageShape shape() {
        return shape;
    }

    private void readAll() {
        try {
            try {
                read();
            } catch (Throwable e) {
                put(new Handed(null, e)); // to be thrown where the rows are wanted
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed: nobody wants them, or the failure
        }
    }

    private void read() throws IOException {
        var raster = new StreamedRaster(shape, rows, this::hand);
        ColorModel colours = shape.type().getColorModel();
        ImageReadParam param = image.reader().getDefaultReadParam();
        param.setDestination(new BufferedImage(colours, raster, colours.isAlphaPremultiplied(), null));
        image.read(param);
        raster.finish();
    }

    private void hand(Raster chunk) {
        try {
            put(new Handed(chunk, null));
        } catch (InterruptedException e) {
            throw new IllegalStateException("closed", e); // ends the reading
        }
    }

    private void put(Handed handed) throws InterruptedException {
        if (isClosed) {
            throw new InterruptedException("closed");
        }
        queue.put(handed);
    }

    @Override
    public Raster next() throws IOException {
        if (thread.getState() == Thread.State.NEW) {
            thread.start();
        }
        try {
            Handed handed = queue.take();
            if (handed.rows() == null) {
                throw new IIOException(image + ": can't be read: " + handed.failure(), handed.failure());
            }
            return handed.rows();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (CancellationException) new CancellationException("interrupted while waiting for rows").initCause(e);
        }
    }

    @Override
    public void close() throws IOException {
        isClosed = true;
        thread.interrupt();
        boolean isInterrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                isInterrupted =
                        true; // told to the caller below: what the thread reads must not be closed before it ends
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
        image.close();
    }
}
