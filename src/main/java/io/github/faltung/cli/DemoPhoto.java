package io.github.faltung.cli;

import io.github.faltung.image.Picture;
import io.github.faltung.image.PictureFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * The picture that the demo runs on.
 *
 * @param description what it is and how large, in one line
 */
record DemoPhoto(Picture picture, String description) {
    /** A larger picture is shrunk to so many pixels, so that the reference is done in seconds. */
    static final int MAX_PIXELS = 512 * 512;

    private static final String BUNDLED = "chelsea.png";

    /** Reads the photograph that comes with Faltung. */
    static DemoPhoto bundled() throws IOException {
        try (InputStream in = DemoPhoto.class.getResourceAsStream(BUNDLED)) {
            if (in == null) {
                throw new IOException("the bundled picture " + BUNDLED + " is missing from the jar; use --image");
            }
            return of(BUNDLED, PictureFile.read(in, MAX_PIXELS));
        }
    }

    /**
     * Reads a file.
     *
     * @throws IOException if that fails, with a message that needs no further explanation
     */
    static DemoPhoto read(Path file) throws IOException {
        return of(String.valueOf(file.getFileName()), ImageFiles.read("--image", file, MAX_PIXELS));
    }

    private static DemoPhoto of(String name, PictureFile.Content content) {
        Picture picture = content.picture();
        String size = content.width() + "x" + content.height();
        boolean shrunk = picture.width() < content.width() || picture.height() < content.height();
        return new DemoPhoto(
                picture,
                name + " (" + size + (shrunk ? ", shrunk to " + picture.width() + "x" + picture.height() : "") + ")");
    }
}
