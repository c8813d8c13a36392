package io.github.faltung.image;

import java.awt.image.Raster;
import java.io.Closeable;
import java.io.IOException;

/** The rows of an image, from above, each once, so that it need not be whole in memory. Of one thread. */
interface RowSource extends Closeable {
    ImageShape shape();

    /**
     * Returns the next rows, at least one, whose coordinates are those of the image. Must not be called after the last.
     *
     * @throws IOException if they can't be read
     */
    Raster next() throws IOException;
}
