package io.github.faltung.image;

import java.awt.Rectangle;
import java.awt.image.Raster;
import java.io.IOException;
import javax.imageio.ImageReadParam;

/** Rows of a format of which readers can find any part, as TIFF is. */
final class RegionRows implements RowSource {
    private final OpenedImage image;
    private final ImageShape shape;
    private final int rows;
    private int top;

    /**
     * Takes an image over.
     *
     * @param rows how many to read at once
     */
    RegionRows(OpenedImage image, ImageShape shape, int rows) {
        this.image = image;
        this.shape = shape;
        this.rows = rows;
    }

    @Override
    public ImageShape shape() {
        return shape;
    }

    @Override
    public Raster next() throws IOException {
        int count = Math.min(rows, shape.height() - top);
        ImageReadParam part = image.reader().getDefaultReadParam();
        part.setSourceRegion(new Rectangle(0, top, shape.width(), count));
        Raster read = image.read(part).getRaster().createTranslatedChild(0, top);
        top += count;
        return read;
    }

    @Override
    public void close() throws IOException {
        image.close();
    }
}
