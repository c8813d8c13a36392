package io.github.faltung.image;

import java.awt.Point;
import java.awt.Rectangle;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.util.Arrays;
import javax.imageio.ImageTypeSpecifier;

/**
 * What an image is before it has pixels.
 *
 * @param width in pixels
 * @param height in pixels
 */
record ImageShape(ImageTypeSpecifier type, int width, int height) {
    /** Returns how many bytes a row takes in memory. */
    long rowBytes() {
        int bits = DataBuffer.getDataTypeSize(type.getSampleModel(1, 1).getDataType());
        return rowElements() * bits / Byte.SIZE;
    }

    /** Returns how many elements of an array a row takes, or a little more. */
    long rowElements() {
        return (long) width * type.getSampleModel(1, 1).getNumDataElements();
    }

    /** Returns whether samples have no bits, as a damaged file may say. */
    boolean hasEmptySamples() {
        return Arrays.stream(type.getSampleModel(1, 1).getSampleSize()).anyMatch(bits -> bits == 0);
    }

    Rectangle bounds() {
        return new Rectangle(width, height);
    }

    /** Returns how many rows take so many bytes: at least 1, at most all. */
    int rowsOf(int bytes) {
        return (int) Math.max(1, Math.min(height, bytes / rowBytes()));
    }

    /** Returns new rows whose first is at {@code top}. */
    WritableRaster rows(int top, int count) {
        return Raster.createWritableRaster(type.getSampleModel(width, count), new Point(0, top));
    }
}
