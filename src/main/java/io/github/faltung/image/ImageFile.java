package io.github.faltung.image;

import java.awt.image.BufferedImage;
import java.awt.image.RenderedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Images in files as they are: of any type that {@link ImageIO} knows, all their pixels, no colours changed. Thread-safe. */
public final class ImageFile {
    static final Set<String> JPEG = Set.of("jpg", "jpeg");

    /** The JDK's writer says that it takes more, and does not. */
    private static final int MOST_JPEG_BANDS = 4;

    private ImageFile() {}

    /**
     * Reads a file's first image.
     *
     * @throws NoSuchFileException if there is no such file
     * @throws IOException if the file can't be read, or is no image that {@code ImageIO} understands
     */
    public static BufferedImage read(Path file) throws IOException {
        try (OpenedImage image = OpenedImage.of(file)) {
            return image.read(null);
        }
    }

    /**
     * Writes an image over what was there, in the format that the file's name ends with.
     *
     * @throws IOException if the file can't be written, or Java has no such format for such an image
     */
    public static void write(BufferedImage image, Path file) throws IOException {
        String format = format(file);
        try (var bytes = new ByteArrayOutputStream()) {
            try (var stream = new MemoryCacheImageOutputStream(bytes)) {
                write(image, format, stream, file);
            }
            Files.write(file, bytes.toByteArray()); // only whole files
        }
    }

    /**
     * Returns the format that a file's name ends with.
     *
     * @throws IIOException if Java writes no such format
     */
    static String format(Path file) throws IIOException {
        String name = String.valueOf(file.getFileName());
        String format = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        List<String> known =
                Arrays.stream(ImageIO.getWriterFileSuffixes()).sorted().toList();
        if (!known.contains(format)) {
            throw new IIOException(file + ": must end with one of " + String.join(", ", known));
        }
        return format;
    }

    /**
     * Writes an image to a stream, which stays open. Throws what the image throws.
     *
     * @param file for messages
     * @throws IOException if that fails, or there is no such format for such an image
     */
    static void write(RenderedImage image, String format, ImageOutputStream stream, Path file) throws IOException {
        boolean isTooMuch = JPEG.contains(format) && image.getSampleModel().getNumBands() > MOST_JPEG_BANDS;
        if (isTooMuch || !isWritten(image, format, stream, file)) {
            throw new IIOException(file + ": " + format + " can't hold such an image, "
                    + "with alpha, more than 4 bands or more than 8 bits; png can hold most");
        }
    }

    private static boolean isWritten(RenderedImage image, String format, ImageOutputStream stream, Path file)
            throws IOException {
        try {
            return ImageIO.write(image, format, stream);
        } catch (RowImage.SourceException e) {
            throw e;
        } catch (RuntimeException e) { // the JDK's writers, of rare types of images
            throw new IIOException(file + ": " + format + " can't be written of such an image: " + e, e);
        }
    }
}
