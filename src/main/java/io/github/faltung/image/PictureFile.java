package io.github.faltung.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
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
        try (InputStream in = Files.newInputStream(file)) {
            return read(in, maxPixels);
        }
    }

    /** Reads an image from a stream, which stays open; see {@link #read(Path, int)}. */
    public static Content read(InputStream in, int maxPixels) throws IOException {
        try (ImageInputStream stream = new MemoryCacheImageInputStream(in)) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
            if (!readers.hasNext()) {
                throw new IIOException("not an image that Java can read: PNG, JPEG, GIF, BMP or TIFF");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(stream, true, true);
                return read(reader, maxPixels);
            } catch (RuntimeException e) {
                throw new IIOException("a damaged image: " + e, e); // as some of the JDK's readers report it
            } finally {
                reader.dispose();
            }
        }
    }

    private static Content read(ImageReader reader, int maxPixels) throws IOException {
        int width = reader.getWidth(0);
        int height = reader.getHeight(0);
        int step = (int) Math.max(1, Math.sqrt((double) width * height / ((double) SPARE * maxPixels)));
        ImageReadParam every = reader.getDefaultReadParam();
        every.setSourceSubsampling(Math.min(step, width), Math.min(step, height), 0, 0);
        BufferedImage image = reader.read(0, every);
        return new Content(Picture.of(image).shrunkTo(maxPixels), width, height);
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
