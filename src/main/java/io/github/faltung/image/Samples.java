package io.github.faltung.image;

import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;

/**
 * Between the samples of a raster, whatever its sample model, and planes of numbers. Rasters' coordinates begin at their upper left pixel
 * here. Of one thread.
 */
final class Samples {
    private final Raster raster;
    private final int bands;
    private final int width;
    private final boolean isInteger;
    private final double[] row;
    private final int[] wholeRow;

    Samples(Raster raster) {
        this.raster = raster;
        this.bands = raster.getNumBands();
        this.width = raster.getWidth();
        int type = raster.getSampleModel().getDataType();
        this.isInteger = type != DataBuffer.TYPE_FLOAT && type != DataBuffer.TYPE_DOUBLE;
        this.row = new double[isInteger ? 0 : width * bands];
        this.wholeRow = new int[isInteger ? width * bands : 0];
    }

    /** Reads a row; {@link #get} returns its samples afterwards. */
    void read(int y) {
        int x0 = raster.getMinX();
        int y0 = raster.getMinY() + y;
        if (isInteger) {
            raster.getPixels(x0, y0, width, 1, wholeRow);
        } else {
            raster.getPixels(x0, y0, width, 1, row);
        }
    }

    /** Returns a sample of the row that was read, or set. */
    double get(int x, int band) {
        return isInteger ? wholeRow[x * bands + band] : row[x * bands + band];
    }

    /** Sets a sample of the row that will be written; must be in the range of the samples. */
    void set(int x, int band, double value) {
        if (isInteger) {
            wholeRow[x * bands + band] = (int) value;
        } else {
            row[x * bands + band] = value;
        }
    }

    /** Writes the row. */
    void write(int y) {
        int x0 = raster.getMinX();
        int y0 = raster.getMinY() + y;
        WritableRaster target = (WritableRaster) raster;
        if (isInteger) {
            target.setPixels(x0, y0, width, 1, wholeRow);
        } else {
            target.setPixels(x0, y0, width, 1, row);
        }
    }
}
