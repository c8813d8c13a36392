package io.github.faltung.image;

import java.awt.image.Raster;
import java.io.IOException;

/** All rows at once, of formats that can't be read by parts. */
final class WholeRows implements RowSource {
    private final OpenedImage image;
    private final ImageShape shape;

    /**
     * Takes an image over.
     *
     * @throws ImageTooLargeException if its samples don't fit
     */
    WholeRows(OpenedImage image, ImageShape shape) throws ImageTooLargeException {
        this.image = image;
        this.shape = shape;
        ImageTooLargeException.requireRoom(image + ", which can't be read by parts,", shape, shape.height());
    }

    @Override
    public ImageShape shape() {
        return shape;
    }

    @Override
    public Raster next() throws IOException {
        return image.read(null).getRaster();
    }

    @Override
    public void close() throws IOException {
        image.close();
    }
}
