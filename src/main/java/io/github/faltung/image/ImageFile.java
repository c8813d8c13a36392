package io.github.faltung.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Images in files as they are: of any type that {@link ImageIO} knows, all their pixels, no colours changed. Thread-safe. */
public final class ImageFile {
    private ImageFile() {}

    /**
     * Reads a file's first image.
     *
     * @throws NoSuchFileException if there is no such file
     * @throws IOException if the file can't be read, or is no image that {@code ImageIO} understands
     */
    public static BufferedImage read(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file + ": must be a file, but there is none");
        }
        try (InputStream in = Files.newInputStream(file)) {
            BufferedImage image = ImageIO.read(new MemoryCacheImageInputStream(in)); // which it closes
            if (image == null) {
                throw new IIOException(file + ": must be an image that Java can read, PNG, JPEG, GIF, BMP or TIFF");
            }
            return image;
        } catch (RuntimeException e) {
            throw new IIOException(file + ": a damaged image: " + e, e); // as some of the JDK's readers report it
        }
    }

    /**
     * Writes an image over what was there, in the format that the file's name ends with.
     *
     * @throws IOException if the file can't be written, or Java has no such format for such an image
     */
    public static void write(BufferedImage image, Path file) throws IOException {
        String name = String.valueOf(file.getFileName());
        String format = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        List<String> known =
                Arrays.stream(ImageIO.getWriterFileSuffixes()).sorted().toList();
        if (!known.contains(format)) {
            throw new IIOException(file + ": must end with one of " + String.join(", ", known));
        }
        try (var bytes = new ByteArrayOutputStream()) {
            try (var stream = new MemoryCacheImageOutputStream(bytes)) {
                if (!ImageIO.write(image, format, stream)) {
                    throw new IIOException(file + ": " + format
                            + " can't hold such an image, with alpha or more than 8 bits; png can");
                }
            }
            Files.write(file, bytes.toByteArray()); // only whole files
        }
    }
}
