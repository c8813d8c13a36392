package io.github.faltung.exchange;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * NumPy's {@code .npy} files as tensors: f32, C order, either byte order. Large files are mapped piece by piece; the tensor is a copy.
 *
 * <p>Stateless and thread-safe.
 */
public final class NpyFile {
    /** From this size on a piece is mapped. A smaller one is read, which leaves no mapping for the garbage collector to undo. */
    private static final int MAP_FROM_BYTES = 1 << 22;

    /** What is mapped at once. A multiple of every element's size, as is the next. */
    private static final int PIECE_BYTES = 1 << 28;

    /** What is written at once. */
    private static final int WRITE_BYTES = 1 << 22;

    private NpyFile() {}

    /**
     * Reads a file into a new tensor, channels first, which the caller closes.
     *
     * @throws UnsupportedFeatureException if the type is not f32, the order is Fortran's, or there is no axis or more than
     *     {@value Dims#MAX_RANK}
     * @throws ExchangeException if the header is broken, or there are more or fewer elements than it says; found before anything of their
     *     size is allocated
     * @throws IOException if the file can't be read
     */
    public static Tensor read(Path file) throws IOException {
        return read(file, MAP_FROM_BYTES, PIECE_BYTES);
    }

    static Tensor read(Path file, int mapFromBytes, int pieceBytes) throws IOException {
        try (FileChannel channel = InputFile.open(file)) {
            NpyHeader header = NpyHeader.read(file, channel);
            DataType type = dataType(file, header);
            Dims dims = dims(file, header, channel.size() - header.dataOffset());
            Tensor tensor = Tensor.allocate(type, dims, Layout.CHANNELS_FIRST);
            try {
                long bytes = dims.elements() * type.bytes();
                for (long at = 0; at < bytes; at += pieceBytes) {
                    int length = (int) Math.min(pieceBytes, bytes - at);
                    ByteBuffer piece = piece(file, channel, header.dataOffset() + at, length, mapFromBytes);
                    tensor.copyPartFrom(piece.order(header.order()).asFloatBuffer(), at / type.bytes());
                }
                return tensor;
            } catch (Throwable e) {
                tensor.close();
                throw e;
            }
        }
    }

    private static DataType dataType(Path file, NpyHeader header) throws ExchangeException {
        if (header.fortranOrder()) {
            throw new UnsupportedFeatureException(
                    file.toString(), ".npy with fortran_order True; save numpy.ascontiguousarray(array)");
        }
        return header.type()
                .dataType()
                .orElseThrow(() -> new UnsupportedFeatureException(
                        file.toString(), ".npy of type " + header.type() + ", waits for tensors of that type"));
    }

    private static Dims dims(Path file, NpyHeader header, long bytes) throws ExchangeException {
        long[] extents = header.shape().stream().mapToLong(Long::longValue).toArray();
        if (extents.length == 0 || extents.length > Dims.MAX_RANK) {
            throw new UnsupportedFeatureException(file.toString(), ".npy with " + extents.length + " axes");
        }
        Dims dims;
        try {
            dims = Dims.of(extents);
        } catch (IllegalArgumentException e) {
            throw new ExchangeException(file.toString(), "shape: " + e.getMessage(), e);
        }
        if (bytes % header.type().bytes() != 0 || bytes / header.type().bytes() != dims.elements()) {
            throw ExchangeException.broken(
                    file.toString(),
                    "shape " + Arrays.toString(extents),
                    "must be that of what follows the header, " + bytes + " bytes of " + header.type(),
                    dims.elements() + " elements");
        }
        return dims;
    }

    private static ByteBuffer piece(Path file, FileChannel channel, long at, int length, int mapFromBytes)
            throws IOException {
        if (length >= mapFromBytes) {
            return channel.map(FileChannel.MapMode.READ_ONLY, at, length);
        }
        ByteBuffer piece = ByteBuffer.allocate(length);
        while (piece.hasRemaining()) {
            if (channel.read(piece, at + piece.position()) < 0) {
                throw new ExchangeException(file.toString(), "became shorter while it was read");
            }
        }
        return piece.flip();
    }

    /**
     * Writes a tensor, format version 1.0, C order of its logical dims whatever its layout, little endian. Overwrites the file.
     *
     * @param tensor f32, read; beyond 2³¹ elements only if it is dense, channels first
     * @throws IllegalArgumentException if the tensor is of another type, or too large for its layout
     * @throws IOException if the file can't be written
     */
    public static void write(Path file, Tensor tensor) throws IOException {
        write(file, tensor, WRITE_BYTES);
    }

    static void write(Path file, Tensor tensor, int pieceBytes) throws IOException {
        if (tensor.dataType() != DataType.F32) {
            throw new IllegalArgumentException("a tensor must be f32 to be written, but was " + tensor);
        }
        boolean dense = tensor.isDense(Layout.CHANNELS_FIRST);
        FloatBuffer reordered = dense ? FloatBuffer.allocate(0) : FloatBuffer.wrap(tensor.toFloatArray());
        var shape = Arrays.stream(tensor.dims().toArray()).boxed().toList();
        long elements = tensor.dims().elements();
        int most = (int) Math.min(elements, pieceBytes / Float.BYTES);
        ByteBuffer bytes = ByteBuffer.allocate(most * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            write(channel, new NpyHeader(NpyType.F32, ByteOrder.LITTLE_ENDIAN, false, shape, 0).toBytes());
            for (long first = 0; first < elements; first += most) {
                int count = (int) Math.min(most, elements - first);
                FloatBuffer floats = bytes.clear().asFloatBuffer().limit(count);
                if (dense) {
                    tensor.copyPartTo(floats, first);
                } else {
                    floats.put(reordered.slice((int) first, count));
                }
                write(channel, bytes.limit(count * Float.BYTES));
            }
        }
    }

    private static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
