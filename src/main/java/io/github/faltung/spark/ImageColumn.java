package io.github.faltung.spark;

import io.github.faltung.image.Picture;
import io.github.faltung.tensor.Tensor;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.IOException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Rows of Spark's image source: a column of structures with the fields {@code origin, height, width, nChannels, mode, data}, the samples row by
 * row, those of a pixel in the order blue, green, red, alpha. Source: Spark's documentation, <em>Data sources, image data source</em>. Its
 * classes are not needed here, only the fields' names.
 *
 * @param column the column's name
 */
record ImageColumn(String column, SourceForm form) implements RecordReader {
    private static final int GREY = 1;
    private static final int COLOUR = 3;
    private static final int COLOUR_AND_ALPHA = 4;
    private static final int[] NO_OFFSETS = {0};
    private static final int[] RED_FIRST = {2, 1, 0};
    private static final int[] RED_FIRST_ALPHA_LAST = {2, 1, 0, 3};

    /**
     * Requires that rows have such a column.
     *
     * @throws IllegalArgumentException if they have not
     */
    void require(StructType schema) {
        boolean fits = schema.getFieldIndex(column).isDefined()
                && schema.apply(column).dataType() instanceof StructType image
                && image.getFieldIndex("origin").isDefined()
                && image.getFieldIndex("data").isDefined();
        if (!fits) {
            throw new IllegalArgumentException("a dataset of Spark's image source must have a column " + column
                    + " of origin, height, width, nChannels, mode and data, but had " + schema.simpleString());
        }
    }

    @Override
    public String path(Row row) {
        Row image = row.getAs(column);
        String origin = image == null ? null : image.getAs("origin");
        return origin == null ? "" : origin;
    }

    @Override
    public Tensor read(Row row) throws IOException {
        Row image = row.getAs(column);
        byte[] data = image == null ? null : image.getAs("data");
        if (image == null || data == null) {
            throw new IOException("no image");
        }
        return form.tensor(picture(image, data));
    }

    private Picture picture(Row image, byte[] data) throws IOException {
        int width = image.<Integer>getAs("width");
        int height = image.<Integer>getAs("height");
        int channels = image.<Integer>getAs("nChannels");
        if (width < 1 || height < 1) {
            throw new IOException("not an image that Spark's image source can read");
        }
        if ((long) width * height > form.mostPixels()) {
            throw new IOException("an image must have at most " + form.mostPixels() + " pixels here, but has " + width
                    + "x" + height);
        }
        if (data.length != (long) width * height * channels) {
            throw new IOException("an image of " + width + "x" + height + " pixels and " + channels
                    + " channels of 8 bits must have as many samples, but has " + data.length + " bytes");
        }
        return Picture.of(view(width, height, channels, data));
    }

    /** Returns the samples as an image, not copied. */
    private static BufferedImage view(int width, int height, int channels, byte[] data) throws IOException {
        int[] offsets = switch (channels) {
            case GREY -> NO_OFFSETS;
            case COLOUR -> RED_FIRST;
            case COLOUR_AND_ALPHA -> RED_FIRST_ALPHA_LAST;
            default -> throw new IOException("an image must have 1, 3 or 4 channels, but has " + channels);
        };
        WritableRaster raster = Raster.createInterleavedRaster(
                new DataBufferByte(data, data.length), width, height, width * channels, channels, offsets, null);
        boolean hasAlpha = channels == COLOUR_AND_ALPHA;
        var model = new ComponentColorModel(
                ColorSpace.getInstance(channels == GREY ? ColorSpace.CS_GRAY : ColorSpace.CS_sRGB),
                hasAlpha,
                false,
                hasAlpha ? Transparency.TRANSLUCENT : Transparency.OPAQUE,
                DataBuffer.TYPE_BYTE);
        return new BufferedImage(model, raster, false, null);
    }
}
