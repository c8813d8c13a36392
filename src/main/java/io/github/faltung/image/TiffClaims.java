package io.github.faltung.image;

import java.io.IOException;
import javax.imageio.IIOException;
import javax.imageio.ImageReader;
import javax.imageio.plugins.tiff.BaselineTIFFTagSet;
import javax.imageio.plugins.tiff.TIFFDirectory;
import javax.imageio.plugins.tiff.TIFFField;

/**
 * Refuses TIFF files whose directory makes the JDK's reader allocate what they have not: it believes in the number of bytes of a strip, and keeps
 * a table with an entry for each number that a sample could be.
 */
final class TiffClaims {
    private static final int[] BYTE_COUNTS = {
        BaselineTIFFTagSet.TAG_STRIP_BYTE_COUNTS,
        BaselineTIFFTagSet.TAG_TILE_BYTE_COUNTS,
        BaselineTIFFTagSet.TAG_JPEG_INTERCHANGE_FORMAT_LENGTH
    };

    /** Larger samples are of 32 or 64 bits, for which there are no tables. */
    private static final int MOST_BITS_IN_TABLES = 16;

    /** Of all samples of a pixel together: enough for 64 of 16 bits. */
    private static final long MOST_ENTRIES = 1 << 22;

    private TiffClaims() {}

    /**
     * Checks the first image of a file.
     *
     * @param reader the JDK's
     * @throws IOException if it claims too much, or can't be read
     */
    static void check(String name, ImageReader reader, long fileBytes) throws IOException {
        TIFFDirectory directory = TIFFDirectory.createFromMetadata(reader.getImageMetadata(0));
        for (int tag : BYTE_COUNTS) {
            for (long bytes : values(directory, tag)) {
                if (bytes < 0 || bytes > fileBytes) {
                    throw new IIOException(name + ": a damaged image: " + bytes + " bytes in a strip, in a file of "
                            + fileBytes + " bytes");
                }
            }
        }
        long entries = 0;
        for (long bits : values(directory, BaselineTIFFTagSet.TAG_BITS_PER_SAMPLE)) {
            boolean hasTable = bits != Integer.SIZE && bits != Long.SIZE;
            entries += hasTable && bits <= MOST_BITS_IN_TABLES ? 1L << bits : hasTable ? MOST_ENTRIES + 1 : 0;
        }
        if (entries > MOST_ENTRIES) {
            throw new IIOException(name + ": an image of samples that Java can't read, of more than "
                    + MOST_BITS_IN_TABLES + " bits or more than 64 a pixel");
        }
    }

    private static long[] values(TIFFDirectory directory, int tag) {
        TIFFField field = directory.getTIFFField(tag);
        var values = new long[field == null ? 0 : field.getCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = field.getAsLong(i);
        }
        return values;
    }
}
