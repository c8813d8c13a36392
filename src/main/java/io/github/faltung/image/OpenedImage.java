package io.github.faltung.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.file.AccessDeniedException;
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
    /**
     * How many bytes of samples one byte of a file can become: 1,032 in a PNG file (DEFLATE), 2,730 in a GIF (LZW), 2,048 in a JPEG (a bit for each
     * block), a row for each bit in a blank page by facsimile, so that those may be 16,384 pixels wide.
     */
    private static final long MOST_INFLATION = 1 << 14;

    private static final int BMP_COMPRESSION = 30;
    private static final int BMP_JPEG = 4;
    private static final int BMP_PNG = 5;

    private final String name;
    private final long fileBytes;
    private final InputStream bytes;
    private final ImageInputStream stream;
    private final ImageReader reader;

    /** Reads something of a file. */
    interface Reading<T> {
        T read() throws IOException;
    }

    private OpenedImage(String name, long fileBytes, InputStream bytes, ImageInputStream stream) throws IOException {
        this.name = name;
        this.fileBytes = fileBytes;
        this.bytes = bytes;
        this.stream = stream;
        try {
            this.reader = reading(this::findReader);
        } catch (Throwable e) {
            stream.close();
            bytes.close();
            throw e;
        }
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
        if (!Files.isReadable(file)) {
            throw new AccessDeniedException(file.toString());
        }
        String name = file.toString();
        long size = Files.size(file);
        if (file.getFileSystem() == FileSystems.getDefault()) {
            return new OpenedImage(name, size, InputStream.nullInputStream(), new FileImageInputStream(file.toFile()));
        }
        InputStream bytes = Files.newInputStream(file);
        return new OpenedImage(name, size, bytes, new MemoryCacheImageInputStream(bytes));
    }

    /**
     * Opens a file that is in memory.
     *
     * @throws IOException if it is no image that {@code ImageIO} understands
     */
    static OpenedImage of(String name, byte[] file) throws IOException {
        var bytes = new ByteArrayInputStream(file);
        return new OpenedImage(name, file.length, bytes, new MemoryCacheImageInputStream(bytes));
    }

    private ImageReader findReader() throws IOException {
        Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
        if (!readers.hasNext()) {
            throw new IIOException(name + ": must be an image that Java can read, PNG, JPEG, GIF, BMP or TIFF");
        }
        ImageReader found = readers.next();
        if (found.getFormatName().equalsIgnoreCase("bmp")) {
            refuseEmbedded();
        }
        found.setInput(stream, false, true);
        return found;
    }

    /** What is meant for printers alone: the JDK's reader allocates what such a file says that the embedded one has. */
    private void refuseEmbedded() throws IOException {
        stream.mark();
        try {
            stream.setByteOrder(ByteOrder.LITTLE_ENDIAN);
            stream.seek(BMP_COMPRESSION);
            int compression = stream.readInt();
            if (compression == BMP_JPEG || compression == BMP_PNG) {
                throw new IIOException(
                        name + ": a BMP file that embeds a JPEG or PNG file, which is for printers only");
            }
        } finally {
            stream.setByteOrder(ByteOrder.BIG_ENDIAN);
            stream.reset();
        }
    }

    ImageReader reader() {
        return reader;
    }

    /**
     * Returns what the first image will be.
     *
     * @throws IOException if the file does not say, or says what it has not
     */
    ImageShape shape() throws IOException {
        return reading(() -> {
            if (ImageRows.format(reader).equals("tif")) {
                TiffClaims.check(name, reader, fileBytes);
            }
            Iterator<ImageTypeSpecifier> types = reader.getImageTypes(0);
            if (!types.hasNext()) {
                throw new IIOException(name + ": an image of a type that Java does not know");
            }
            return checked(new ImageShape(types.next(), reader.getWidth(0), reader.getHeight(0)));
        });
    }

    /** So that nothing is allocated but what a file of that size can fill. */
    private ImageShape checked(ImageShape shape) throws IIOException {
        if (shape.width() < 1 || shape.height() < 1 || shape.hasEmptySamples()) {
            throw new IIOException(name + ": a damaged image, of " + shape.width() + "x" + shape.height()
                    + " pixels of " + shape.type().getSampleModel());
        }
        shape.type().createBufferedImage(1, 1); // colours may not be those of the samples, which is refused here
        if (shape.height() > fileBytes * MOST_INFLATION / shape.rowBytes()) {
            throw new IIOException(name + ": a damaged image, of " + shape.width() + "x" + shape.height()
                    + " pixels in " + fileBytes + " bytes");
        }
        return shape;
    }

    /**
     * Reads the first image, or a part of it.
     *
     * @throws IOException if it can't be read
     */
    BufferedImage read(@Nullable ImageReadParam param) throws IOException {
        shape();
        return reading(() -> reader.read(0, param));
    }

    /**
     * Reads something of the file.
     *
     * @throws IOException if that fails, in words: some of the JDK's readers report damage as they find it
     */
    <T> T reading(Reading<T> body) throws IOException {
        try {
            return body.read();
        } catch (EOFException e) {
            throw new IIOException(name + ": a damaged image: it ends too early", e);
        } catch (IIOException e) {
            String message = String.valueOf(e.getMessage());
            throw message.startsWith(name) ? e : new IIOException(name + ": can't be read: " + message, e);
        } catch (RuntimeException e) {
            throw new IIOException(name + ": a damaged image: " + e, e);
        }
    }

    @Override
    public void close() throws IOException {
        reader.dispose();
        stream.close();
        bytes.close();
    }

    @Override
    public String toString() {
        return name;
    }
}
