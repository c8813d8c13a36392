package io.github.faltung.image;

import java.awt.image.BufferedImage;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.jspecify.annotations.Nullable;

/** An image file with the reader that understands it. Of one thread at a time. */
final class OpenedImage implements Closeable {
    private final Path file;
    private final InputStream bytes;
    private final ImageInputStream stream;
    private final ImageReader reader;

    private OpenedImage(Path file, InputStream bytes, ImageInputStream stream, ImageReader reader) {
        this.file = file;
        this.bytes = bytes;
        this.stream = stream;
        this.reader = reader;
    }

    /**
     * Opens a file.
     *
     * @throws NoSuchFileException if there is no such file
     * @throws IOException if the file can't be read, or is no image that {@code ImageIO} understands
     */
    static OpenedImage of(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file + ": must be a file, but there is none");
        }
        boolean isOnDisk = file.getFileSystem() == FileSystems.getDefault();
        InputStream bytes = isOnDisk ? InputStream.nullInputStream() : Files.newInputStream(file);
        ImageInputStream stream =
                isOnDisk ? new FileImageInputStream(file.toFile()) : new MemoryCacheImageInputStream(bytes);
        try {
            return new OpenedImage(file, bytes, stream, reader(file, stream));
        } catch (Throwable e) {
            stream.close();
            bytes.close();
            throw e;
        }
    }

    private static ImageReader reader(Path file, ImageInputStream stream) throws IIOException {
        Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
        if (!readers.hasNext()) {
            throw new IIOException(file + ": must be an image that Java can read, PNG, JPEG, GIF, BMP or TIFF");
        }
        ImageReader reader = readers.next();
        reader.setInput(stream, false, true);
        return reader;
    }

    ImageReader reader() {
        return reader;
    }

    /**
     * Returns what the first image will be.
     *
     * @throws IOException if the file does not say
     */
    ImageShape shape() throws IOException {
        try {
            Iterator<ImageTypeSpecifier> types = reader.getImageTypes(0);
            if (!types.hasNext()) {
                throw new IIOException(file + ": an image of a type that Java does not know");
            }
            return new ImageShape(types.next(), reader.getWidth(0), reader.getHeight(0));
        } catch (RuntimeException e) {
            throw damaged(e);
        }
    }

    /**
     * Reads the first image, or a part of it.
     *
     * @throws IOException if it can't be read
     */
    BufferedImage read(@Nullable ImageReadParam param) throws IOException {
        try {
            return reader.read(0, param);
        } catch (RuntimeException e) {
            throw damaged(e);
        }
    }

    private IIOException damaged(RuntimeException e) {
        return new IIOException(file + ": a damaged image: " + e, e); // as some of the JDK's readers report it
    }

    @Override
    public void close() throws IOException {
        reader.dispose();
        stream.close();
        bytes.close();
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
