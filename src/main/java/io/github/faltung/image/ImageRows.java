package io.github.faltung.image;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import javax.imageio.ImageReader;
import javax.imageio.plugins.tiff.BaselineTIFFTagSet;
import javax.imageio.plugins.tiff.TIFFDirectory;
import javax.imageio.plugins.tiff.TIFFField;
import javax.imageio.stream.ImageInputStream;

/** Opens image files in the way in which the least of them is in memory. */
final class ImageRows {
    /** Strips and tiles of a compressed TIFF file are in memory as a whole. */
    private static final int MOST_TILE_BYTES = 16 << 20;

    /** Chunks are smaller than strips, since several of them are there at one time. */
    private static final int CHUNKS = 4;

    /** Where a PNG file has it: at the end of its first chunk, which is always that of the header. */
    private static final int PNG_INTERLACE_METHOD = 28;

    private ImageRows() {}

    /**
     * Opens a file.
     *
     * @param stripBytes about how many bytes of rows will be wanted at once
     * @throws ImageTooLargeException if it must be whole in memory, and does not fit
     * @throws IOException if it can't be read, or is no image that {@code ImageIO} understands
     */
    static RowSource open(Path file, int stripBytes) throws IOException {
        OpenedImage image = OpenedImage.of(file);
        try {
            return rows(image, stripBytes);
        } catch (Throwable e) {
            image.close();
            throw e;
        }
    }

    private static RowSource rows(OpenedImage image, int stripBytes) throws IOException {
        String format = format(image.reader());
        boolean isInOrder = image.reading(
                () -> isInOrder(format, image.reader())); // first, since readers let go of a file's beginning
        ImageShape shape = image.shape();
        int rows = shape.rowsOf(stripBytes / CHUNKS);
        if (isInOrder) {
            return new StreamedRows(image, shape, rows);
        }
        return format.equals("tif") ? image.reading(() -> regions(image, shape, rows)) : new WholeRows(image, shape);
    }

    /** Returns the format's name; of other readers than the JDK's nothing, since it is not known in which order they write what. */
    static String format(ImageReader reader) throws IOException {
        String spi = reader.getOriginatingProvider().getClass().getName();
        return spi.startsWith("com.sun.imageio.plugins.")
                ? reader.getFormatName().toLowerCase(Locale.ROOT)
                : "";
    }

    /** Returns whether the reader writes rows from above, each once. */
    private static boolean isInOrder(String format, ImageReader reader) throws IOException {
        var stream = (ImageInputStream) reader.getInput();
        stream.mark();
        try {
            return switch (format) {
                case "jpeg" -> JpegScans.isOne(stream);
                case "png" -> {
                    stream.seek(PNG_INTERLACE_METHOD);
                    yield stream.readUnsignedByte() == 0;
                }
                default -> false;
            };
        } finally {
            stream.reset();
        }
    }

    private static RowSource regions(OpenedImage image, ImageShape shape, int rows) throws IOException {
        TIFFField compression = TIFFDirectory.createFromMetadata(image.reader().getImageMetadata(0))
                .getTIFFField(BaselineTIFFTagSet.TAG_COMPRESSION);
        if (compression == null || compression.getAsInt(0) == BaselineTIFFTagSet.COMPRESSION_NONE) {
            return new RegionRows(image, shape, rows);
        }
        int tile = Math.min(image.reader().getTileHeight(0), shape.height());
        if (tile * shape.rowBytes() > MOST_TILE_BYTES) {
            return new WholeRows(image, shape);
        }
        return new RegionRows(image, shape, Math.max(1, rows / tile) * tile); // so that none is decoded twice
    }
}
