package io.github.faltung.image;

import javax.imageio.IIOException;

/** An image is sound, but what has to be in memory of it at one time is more than the Java virtual machine may use. */
public final class ImageTooLargeException extends IIOException {
    private static final long serialVersionUID = 1L;

    private ImageTooLargeException(String message) {
        super(message);
    }

    /**
     * Checks that rows fit.
     *
     * @param what is large
     * @throws ImageTooLargeException if they don't
     */
    static void requireRoom(String what, ImageShape shape, long rows) throws ImageTooLargeException {
        long room = Runtime.getRuntime().maxMemory();
        boolean fits =
                shape.rowBytes() <= room && rows * shape.rowBytes() <= room && rows * shape.width() < Integer.MAX_VALUE;
        if (!fits) {
            throw new ImageTooLargeException(what + " must have rows that fit into the memory that Java may use, "
                    + (room >> 20)
                    + " MiB (-Xmx), but of " + shape.width() + "x" + shape.height() + " pixels " + rows + " rows of "
                    + shape.rowBytes() + " bytes are needed at once");
        }
    }
}
