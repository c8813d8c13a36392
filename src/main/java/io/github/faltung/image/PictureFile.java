package io.github.faltung.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Pictures in files of every format that {@link ImageIO} reads. Thread-safe. */
public final class PictureFile {
    /** A file is read with up to so many times the wanted pixels, so that each pixel that is kept is a mean of several. */
    private static final int SPARE = 16;

    private PictureFile() {}

    /**
     * A picture and what the file had.
     *
     * @param picture not larger than was asked for
     * @param width of the file's image, in pixels
     * @param height of the file's image, in pixels
     */
    public record Content(Picture picture, int width, int height) {}

    /**
     * Reads a file's first image, shrunk to a number of pixels if it has more.
     *
     * @throws NoSuchFileException if there is no such file
     * @throws IOException if the file can't be read, or is no image that {@code ImageIO} understands; the message says which
     */
    public static Content read(Path file, int maxPixels) throws IOException {
        try (OpenedImage image = OpenedImage.of(file)) {
            return read(image, maxPixels);
        }
    }

    /** Reads an image from a stream, which stays open; see {@link #read(Path, int)}. */
    public static Content read(InputStream in, int maxPixels) throws IOException {
        try (OpenedImage image = OpenedImage.of("image", in.readAllBytes())) {
            return read(image, maxPixels);
        }
    }

    /**
     * Reads an image from a stream, which stays open, with all its pixels.
     *
     * @throws ImageTooLargeException if it has more pixels than allowed; found before there is room made for them
     * @throws IOException if it can't be read, or is no image that {@code ImageIO} understands; the message says which
     */
    public static Picture readWhole(InputStream in, long mostPixels) throws IOException {
        try (OpenedImage image = OpenedImage.of("image", in.readAllBytes())) {
            ImageShape shape = image.shape();
            ImageTooLargeException.requirePixels(shape.width(), shape.height(), mostPixels);
            return Picture.of(image.read(null));
        }
    }

    private static Content read(OpenedImage image, int maxPixels) throws IOException {
        ImageShape shape = image.shape();
        int width = shape.width();
        int height = shape.height();
        int step = (int) Math.max(1, Math.sqrt((double) width * height / ((double) SPARE * maxPixels)));
        ImageReadParam every = image.reader().getDefaultReadParam();
        every.setSourceSubsampling(Math.min(step, width), Math.min(step, height), 0, 0);
        return new Content(Picture.of(image.read(every)).shrunkTo(maxPixels), width, height);
    }

    /**
     * Writes a picture as PNG over what was there.
     *
     * @throws IOException if the file can't be written
     */
    public static void writePng(Picture picture, Path file) throws IOException {
        Files.write(file, png(picture));
    }

    /**
     * Writes an image as PNG over what was there.
     *
     * @throws IOException if the file can't be written
     */
    public static void writePng(BufferedImage image, Path file) throws IOException {
        Files.write(file, png(image));
    }

    /** Returns the bytes of a PNG file. */
    public static byte[] png(Picture picture) {
        return png(picture.toBufferedImage());
    }

    /** Returns the bytes of an image's PNG file. */
    public static byte[] png(BufferedImage image) {
        var bytes = new ByteArrayOutputStream();
        try (var stream = new MemoryCacheImageOutputStream(bytes)) {
            if (!ImageIO.write(image, "png", stream)) {
                throw new IllegalStateException("this Java runtime has no PNG writer");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return bytes.toByteArray();
    }
}
