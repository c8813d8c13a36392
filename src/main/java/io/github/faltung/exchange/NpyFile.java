package io.github.faltung.exchange;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * NumPy's {@code .npy} files as tensors: f32, f16, u8, s8 and s32, C order, either byte order. Large files are mapped piece by piece; the
 * tensor is a copy. NumPy has no bf16: what packages beside it write is refused, and so is writing it.
 *
 * <p>Stateless and thread-safe.
 */
public final class NpyFile {
    /** See {@link NpyContent.InFile#mapFromBytes}. */
    private static final int MAP_FROM_BYTES = 1 << 22;

    /** What is mapped at once. A multiple of every element's size, as is the next. */
    private static final int PIECE_BYTES = 1 << 28;

    /** What is written at once. */
    private static final int WRITE_BYTES = 1 << 22;

    private NpyFile() {}

    /**
     * Reads a file into a new tensor, channels first, which the caller closes.
     *
     * @throws UnsupportedFeatureException if the type is another, the order is Fortran's, or there is no axis or more than
     *     {@value Dims#MAX_RANK}
     * @throws ExchangeException if the header is broken, or there are more or fewer elements than it says; found before anything of their
     *     size is allocated
     * @throws IOException if the file can't be read
     */
    public static Tensor read(Path file) throws IOException {
        return read(file, MAP_FROM_BYTES, PIECE_BYTES);
    }

    /**
     * Reads a file of any type into a new tensor of the given one, which the caller closes.
     *
     * @throws ExchangeException if {@link #read(Path)} does, or a number is none of the wanted type
     * @throws IOException if the file can't be read
     */
    public static Tensor read(Path file, DataType wanted) throws IOException {
        return converted(file.toString(), read(file), wanted);
    }

    /** Returns the tensor, or if it is of another type closes it and returns another. */
    private static Tensor converted(String place, Tensor tensor, DataType wanted) throws ExchangeException {
        if (tensor.dataType() == wanted) {
            return tensor;
        }
        try (tensor) {
            LosslessConversion.require(place, tensor, wanted);
            Tensor converted = Tensor.allocate(wanted, tensor.dims(), Layout.CHANNELS_FIRST);
            converted.copyFrom(tensor);
            return converted;
        }
    }

    /**
     * Reads a file of any type, all bytes of which are at hand, into a new tensor of the given one, which the caller closes.
     *
     * @param place what messages call it
     * @throws ExchangeException if {@link #read(Path, DataType)} would
     */
    public static Tensor read(String place, byte[] content, DataType wanted) throws ExchangeException {
        try {
            return converted(
                    place, read(new NpyContent.InMemory(place, ByteBuffer.wrap(content)), PIECE_BYTES), wanted);
        } catch (ExchangeException e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
    }

    static Tensor read(Path file, int mapFromBytes, int pieceBytes) throws IOException {
        try (FileChannel channel = InputFile.open(file)) {
            return read(new NpyContent.InFile(file.toString(), channel, mapFromBytes), pieceBytes);
        }
    }

    private static Tensor read(NpyContent content, int pieceBytes) throws IOException {
        NpyHeader header = NpyHeader.read(content);
        DataType type = header.type().dataType();
        Dims dims = dims(content, header);
        Tensor tensor = Tensor.allocate(type, dims, Layout.CHANNELS_FIRST);
        try {
            long bytes = dims.elements() * type.bytes();
            for (long at = 0; at < bytes; at += pieceBytes) {
                int length = (int) Math.min(pieceBytes, bytes - at);
                ByteBuffer piece = content.piece(header.dataOffset() + at, length);
                tensor.copyBitsFrom(piece.order(header.order()), at / type.bytes());
            }
            return tensor;
        } catch (Throwable e) {
            tensor.close();
            throw e;
        }
    }

    /**
     * Returns the array's dims, those of all elements behind the header.
     *
     * @throws ExchangeException if there are more or fewer, or their order is not C's
     */
    static Dims dims(NpyContent content, NpyHeader header) throws IOException {
        String place = content.place();
        if (header.fortranOrder()) {
            throw new UnsupportedFeatureException(
                    place, ".npy with fortran_order True; save numpy.ascontiguousarray(array)");
        }
        long bytes = content.size() - header.dataOffset();
        long[] extents = header.shape().stream().mapToLong(Long::longValue).toArray();
        if (extents.length == 0 || extents.length > Dims.MAX_RANK) {
            throw new UnsupportedFeatureException(place, ".npy with " + extents.length + " axes");
        }
        Dims dims;
        try {
            dims = Dims.of(extents);
        } catch (IllegalArgumentException e) {
            throw new ExchangeException(place, "shape: " + e.getMessage(), e);
        }
        if (bytes % header.type().bytes() != 0 || bytes / header.type().bytes() != dims.elements()) {
            throw ExchangeException.broken(
                    place,
                    "shape " + Arrays.toString(extents),
                    "must be that of what follows the header, " + bytes + " bytes of " + header.type(),
                    dims.elements() + " elements");
        }
        return dims;
    }

    /**
     * Writes a tensor, format version 1.0, C order of its logical dims whatever its layout, little endian. Overwrites the file.
     *
     * @param tensor of any type but bf16, read
     * @throws IllegalArgumentException if the tensor is of bf16
     * @throws IOException if the file can't be written
     */
    public static void write(Path file, Tensor tensor) throws IOException {
        write(file, tensor, WRITE_BYTES);
    }

    static void write(Path file, Tensor tensor, int pieceBytes) throws IOException {
        NpyType type = NpyType.require(tensor.dataType());
        if (tensor.isDense(Layout.CHANNELS_FIRST)) {
            writeDense(file, type, tensor, pieceBytes);
            return;
        }
        try (Tensor dense = Tensor.allocate(tensor.dataType(), tensor.dims(), Layout.CHANNELS_FIRST)) {
            dense.copyFrom(tensor);
            writeDense(file, type, dense, pieceBytes);
        }
    }

    private static void writeDense(Path file, NpyType type, Tensor tensor, int pieceBytes) throws IOException {
        var shape = Arrays.stream(tensor.dims().toArray()).boxed().toList();
        long all = tensor.dims().elements() * type.bytes();
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(all, pieceBytes)).order(ByteOrder.LITTLE_ENDIAN);
        tensor.copyBitsTo(bytes, 0); // before the file is opened, which ends what was in it
        try (FileChannel channel = OutputFile.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            write(channel, new NpyHeader(type, ByteOrder.LITTLE_ENDIAN, false, shape, 0).toBytes());
            write(channel, bytes);
            for (long at = bytes.capacity(); at < all; at += bytes.capacity()) {
                bytes.clear().limit((int) Math.min(bytes.capacity(), all - at));
                tensor.copyBitsTo(bytes, at / type.bytes());
                write(channel, bytes);
            }
        }
    }

    private static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
