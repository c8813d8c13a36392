package io.github.faltung.image;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.plugins.tiff.BaselineTIFFTagSet;
import javax.imageio.plugins.tiff.TIFFDirectory;
import javax.imageio.plugins.tiff.TIFFField;
import javax.imageio.stream.ImageInputStream;
import org.w3c.dom.Element;

/** Opens image files in the way in which the least of them is in memory. */
final class ImageRows {
    /** Strips and tiles of a compressed TIFF file are in memory as a whole. */
    private static final int MOST_TILE_BYTES = 16 << 20;

    /** Chunks are smaller than strips, since several of them are there at one time. */
    private static final int CHUNKS = 4;

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
        ImageShape shape = image.shape();
        ImageReader reader = image.reader();
        int rows = shape.rowsOf(stripBytes / CHUNKS);
        // Of other readers it is not known in which order they write what.
        boolean isOfJdk = reader.getOriginatingProvider().getClass().getName().startsWith("com.sun.imageio.plugins.");
        return switch (isOfJdk ? reader.getFormatName().toLowerCase(Locale.ROOT) : "") {
            case "jpeg" -> streamed(image, shape, rows, hasOneScan(reader));
            case "png" -> streamed(image, shape, rows, !isInterlaced(reader));
            case "tif", "tiff" -> regions(image, shape, rows);
            default -> new WholeRows(image, shape);
        };
    }

    private static RowSource streamed(OpenedImage image, ImageShape shape, int rows, boolean isInOrder)
            throws ImageTooLargeException {
        return isInOrder ? new StreamedRows(image, shape, rows) : new WholeRows(image, shape);
    }

    private static boolean hasOneScan(ImageReader reader) throws IOException {
        var stream = (ImageInputStream) reader.getInput();
        stream.mark();
        try {
            stream.seek(0);
            return JpegScans.isOne(stream);
        } finally {
            stream.reset();
        }
    }

    private static boolean isInterlaced(ImageReader reader) throws IOException {
        IIOMetadata metadata = reader.getImageMetadata(0);
        var root = (Element) metadata.getAsTree(metadata.getNativeMetadataFormatName());
        var header = (Element) root.getElementsByTagName("IHDR").item(0);
        return !header.getAttribute("interlaceMethod").equals("none");
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
