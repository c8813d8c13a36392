package io.github.faltung.image;

import java.awt.Dimension;
import java.awt.image.RenderedImage;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import javax.imageio.IIOException;
import javax.imageio.stream.ImageOutputStream;

/**
 * Filters pictures from file to file, strip by strip, so that they may be larger than memory. The file becomes just what it would if {@link
 * ConvolutionOp#filter(java.awt.image.BufferedImage, java.awt.image.BufferedImage)} had filtered the whole picture: for each edge, origin and
 * type of image.
 *
 * <pre>{@code
 * var soft = new StripFilter(ConvolutionOp.with(NamedKernel.of("gaussian:sigma=2")).edge(Edge.REPLICATE).build());
 * soft.filter(Path.of("map.png"), Path.of("soft.png"), (rows, all) -> !cancelled.get());
 * }</pre>
 *
 * <p><b>Formats.</b> PNG, JPEG and TIFF are read and written by parts. Read whole are interlaced PNG files, progressive JPEG files, TIFF files of
 * compressed strips or tiles that are higher than 16 MiB of samples, all other formats, and what readers other than the JDK's read; whole
 * is written what is neither PNG, JPEG nor TIFF.
 *
 * <p><b>Memory.</b> At most five strips, with the rows that the kernel reaches above and below each, are in the heap. A strip has 2 MiB, or
 * one row if that is more. If samples are not 8-bit ones, light is summed, or the kernel is one of those for which {@link ConvolutionOp} uses one
 * thread, there are 30 MiB more, or 30 bytes for each sample of four times the kernel's size if that is more. A grey picture 20,000 pixels wide
 * is filtered in a heap of 64 MiB. Rows that can't fit are refused before they are read.
 *
 * <p>With {@link Edge#WRAP} the source is read twice, first for its last rows. PNG and JPEG files are decoded on a thread of their own. Immutable, so
 * thread-safe.
 */
public final class StripFilter {
    /** Long enough that the rows which two strips share are few. */
    private static final int STRIP_BYTES = 2 << 20;

    private static final Set<String> TIFF = Set.of("tif", "tiff");

    /** What the JDK writes row by row, from above. */
    private static final Set<String> BY_ROWS = Set.of("png", "tif", "tiff", "jpg", "jpeg");

    private final ConvolutionOp op;
    private final int stripBytes;

    /** Makes a filter. */
    public StripFilter(ConvolutionOp op) {
        this(op, STRIP_BYTES);
    }

    StripFilter(ConvolutionOp op, int stripBytes) {
        this.op = Objects.requireNonNull(op, "op");
        this.stripBytes = stripBytes;
    }

    /**
     * Filters a file's first image into a file, in the format that its name ends with. That is written beside {@code dst} under a name of
     * its own, ends in {@code .part}, and takes its place when it is whole; if anything fails, {@code dst} is as before and nothing else is left.
     *
     * @param src of the default file system; may be {@code dst}
     * @param dst of the default file system; replaced if it is there
     * @param listener is told how many rows are filtered, and may cancel
     * @return the picture's size in pixels
     * @throws CancellationException if the listener returned false, or the thread is interrupted, which it stays
     * @throws ImageTooLargeException if what must be in memory at one time does not fit
     * @throws NoSuchFileException if there is no such file, or no such folder
     * @throws IOException if a file can't be read or written, or the source is no image that {@code ImageIO} understands, or
     *     light is to be summed of samples of more than 16 bits
     * @throws IllegalStateException if the operation's engine is closed
     */
    public Dimension filter(Path src, Path dst, RowListener listener) throws IOException {
        Objects.requireNonNull(listener, "listener");
        String format = ImageFile.format(dst);
        try (var file = new ReplacedFile(dst)) {
            Dimension size = filter(src, format, file.stream(), dst, listener);
            file.commit();
            return size;
        }
    }

    private Dimension filter(Path src, String format, ImageOutputStream part, Path dst, RowListener listener)
            throws IOException {
        try (RowSource rows = ImageRows.open(src, stripBytes)) {
            ImageShape shape = rows.shape();
            requireFilterable(shape, src);
            var progress = new FilterProgress(listener, shape.height());
            progress.report(0);
            var filtered = new FilteredRows(op, rows, stripBytes, progress);
            if (filtered.wraps()) {
                try (RowSource again = ImageRows.open(src, stripBytes)) {
                    filtered.readEnd(again);
                }
            }
            write(filtered, format, part, dst);
            return new Dimension(shape.width(), shape.height());
        }
    }

    private void requireFilterable(ImageShape shape, Path src) throws IOException {
        try {
            FilteredRows.requireRoom(op, shape, stripBytes, src.toString());
        } catch (IllegalArgumentException e) {
            throw new IIOException(src + ": " + e.getMessage(), e); // of its samples
        }
    }

    private static RenderedImage image(RowSource rows, String format, Path dst) throws IOException {
        var image = new RowImage(rows, ImageFile.JPEG.contains(format));
        if (TIFF.contains(format)) {
            ImageTooLargeException.requireTiff(dst.toString(), rows.shape());
        }
        if (BY_ROWS.contains(format)) {
            return image;
        }
        ImageTooLargeException.requireRoom(dst + ", which can't be written by parts,", rows.shape(), image.getHeight());
        return image.whole();
    }

    private static void write(RowSource rows, String format, ImageOutputStream part, Path dst) throws IOException {
        try {
            ImageFile.write(image(rows, format, dst), format, part, dst);
        } catch (RowImage.SourceException e) {
            e.rethrow();
        }
    }
}
