package io.github.faltung.image;

import java.awt.Image;
import java.awt.Point;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.Raster;
import java.awt.image.RenderedImage;
import java.awt.image.SampleModel;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.util.Vector;
import org.jspecify.annotations.Nullable;

/**
 * An image whose rows come from a source while a writer asks for them, from above. Rows above those that were asked for last are gone. Of one
 * thread.
 */
final class RowImage implements RenderedImage {
    private final ImageShape shape;
    private final RowWindow window;
    private final boolean isOneTile;

    /**
     * Makes an image.
     *
     * @param isOneTile whether it says that it is one tile, of which the JDK's JPEG writer then takes rows; else each row is one
     */
    RowImage(RowSource source, boolean isOneTile) {
        this.shape = source.shape();
        this.window = new RowWindow(source);
        this.isOneTile = isOneTile;
    }

    /** What a source threw, which writers pass on, apart from what they throw themselves. */
    static final class SourceException extends RuntimeException {
        private static final long serialVersionUID = 1;

        private SourceException(Exception cause) {
            super(cause);
        }

        /** Throws what the source threw. */
        void rethrow() throws IOException {
            if (getCause() instanceof IOException io) {
                throw io;
            }
            throw (RuntimeException) getCause();
        }
    }

    /** All the image, of which rows can be taken. */
    private final class Tile extends Raster {
        Tile(Raster row) {
            super(row.getSampleModel(), row.getDataBuffer(), shape.bounds(), new Point(), null);
        }

        @Override
        public Raster createChild(int x, int y, int width, int height, int toX, int toY, int @Nullable [] bands) {
            return getData(new Rectangle(x, y, width, height)).createChild(x, y, width, height, toX, toY, bands);
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws SourceException if the source can't be read
     */
    @Override
    public Raster getData(Rectangle part) {
        try {
            window.move(part.y, part.y + part.height);
        } catch (IOException | RuntimeException e) {
            throw new SourceException(e);
        }
        Raster rows = window.rows(part.y, part.height);
        return rows.createChild(part.x, part.y, part.width, part.height, part.x, part.y, null);
    }

    @Override
    public Raster getData() {
        return getData(shape.bounds());
    }

    @Override
    public WritableRaster copyData(@Nullable WritableRaster to) {
        WritableRaster copy = to == null ? shape.rows(0, shape.height()) : to;
        for (int y = copy.getMinY(); y < copy.getMinY() + copy.getHeight(); y++) {
            copy.setRect(getData(new Rectangle(copy.getMinX(), y, copy.getWidth(), 1)));
        }
        return copy;
    }

    /** Takes all rows, for writers that can't take them from above. */
    BufferedImage whole() {
        return new BufferedImage(
                getColorModel(), copyData(null), getColorModel().isAlphaPremultiplied(), null);
    }

    @Override
    public Raster getTile(int x, int y) {
        return isOneTile ? new Tile(shape.rows(0, 1)) : getData(new Rectangle(0, y, shape.width(), 1));
    }

    @Override
    public int getNumYTiles() {
        return isOneTile ? 1 : shape.height();
    }

    @Override
    public int getTileHeight() {
        return isOneTile ? shape.height() : 1;
    }

    @Override
    public ColorModel getColorModel() {
        return shape.type().getColorModel();
    }

    @Override
    public SampleModel getSampleModel() {
        // Of the image's size, if there can be such a one: the TIFF writer makes its strips by it.
        return shape.type().getSampleModel(shape.width(), shape.rowsOf(Integer.MAX_VALUE));
    }

    @Override
    public int getWidth() {
        return shape.width();
    }

    @Override
    public int getHeight() {
        return shape.height();
    }

    @Override
    public int getTileWidth() {
        return shape.width();
    }

    @Override
    public int getNumXTiles() {
        return 1;
    }

    @Override
    public int getMinX() {
        return 0;
    }

    @Override
    public int getMinY() {
        return 0;
    }

    @Override
    public int getMinTileX() {
        return 0;
    }

    @Override
    public int getMinTileY() {
        return 0;
    }

    @Override
    public int getTileGridXOffset() {
        return 0;
    }

    @Override
    public int getTileGridYOffset() {
        return 0;
    }

    @Override
    public @Nullable Vector<RenderedImage> getSources() {
        return null;
    }

    @Override
    public Object getProperty(String name) {
        return Image.UndefinedProperty;
    }

    @Override
    public String @Nullable [] getPropertyNames() {
        return null;
    }
}
