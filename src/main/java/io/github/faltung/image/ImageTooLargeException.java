package io.github.faltung.image;

import javax.imageio.IIOException;

/** An image is sound, but what has to be in memory of it at one time is more than Java may use, or the file more than its format can be. */
public final class ImageTooLargeException extends IIOException {
    private static final long serialVersionUID = 1L;

    /** Some less than 4 GiB, for what is in the file besides. */
    private static final long MOST_TIFF_BYTES = (1L << 32) - (1 << 24);

    private ImageTooLargeException(String message) {
        super(message);
    }

    /**
     * Checks that a TIFF file of an image has offsets of 32 bits, of which the JDK's writer would drop the others.
     *
     * @throws ImageTooLargeException if it has not
     */
    static void requireTiff(String what, ImageShape shape) throws ImageTooLargeException {
        long bytes = shape.height() * shape.rowBytes();
        if (bytes >= MOST_TIFF_BYTES) {
            throw new ImageTooLargeException(what + " must have less than " + MOST_TIFF_BYTES
                    + " bytes of samples to be a TIFF file, but has " + bytes + "; png can");
        }
    }

    /**
     * Checks that an image has no more pixels than a caller allows.
     *
     * @throws ImageTooLargeException if it has
     */
    static void requirePixels(long width, long height, long most) throws ImageTooLargeException {
        if (width * height > most) {
            throw new ImageTooLargeException(
                    "an image must have at most " + most + " pixels here, but has " + width + "x" + height);
        }
    }

    /**
     * Checks that rows fit.
     *
     * @param what is large
     * @throws ImageTooLargeException if they don't
     */
    static void requireRoom(String what, ImageShape shape, long rows) throws ImageTooLargeException {
        long room = Runtime.getRuntime().maxMemory();
        if (rows * shape.rowBytes() > room || rows * shape.rowElements() > Integer.MAX_VALUE) {
            throw new ImageTooLargeException(what + " must have rows that fit into the memory that Java may use, "
                    + (room >> 20) + " MiB (-Xmx), and one array, but of " + shape.width() + "x" + shape.height()
                    + " pixels " + rows + " rows of " + shape.rowBytes() + " bytes are needed at once");
        }
    }
}
