package io.github.faltung.exchange;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * An {@code .npy} file of which blocks are read and written while the rest stays on disk: an array larger than memory. Types and order as in
 * {@link NpyFile}.
 *
 * <p>Thread-safe; several processes may write blocks of one file at once if the blocks have no element in common. Whoever opens it
 * closes it.
 */
public final class NpyArray implements AutoCloseable {
    private final String place;
    private final FileChannel channel;
    private final NpyHeader header;
    private final Dims dims;

    private NpyArray(String place, FileChannel channel) throws IOException {
        this.place = place;
        this.channel = channel;
        var content = new NpyContent.InFile(place, channel, Integer.MAX_VALUE);
        header = NpyHeader.read(content);
        dims = NpyFile.dims(content, header);
    }

    /** Takes part of one block's elements: those that lie side by side in the file. */
    @FunctionalInterface
    private interface Run {
        /**
         * Reads or writes a run.
         *
         * @param inFile the first element's number in the array
         * @param inBlock the first element's number in the block
         */
        void at(long inFile, long inBlock) throws IOException;
    }

    /**
     * Opens a file for reading.
     *
     * @throws ExchangeException if {@link NpyFile#read(Path)} would throw it
     * @throws IOException if the file can't be read
     */
    public static NpyArray open(Path file) throws IOException {
        return of(file.toString(), InputFile.open(file));
    }

    /** Opens a file as {@link #open} does, for writing blocks, too. */
    public static NpyArray edit(Path file) throws IOException {
        return of(file.toString(), FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    private static NpyArray of(String place, FileChannel channel) throws IOException {
        try {
            return new NpyArray(place, channel);
        } catch (Throwable e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Makes a file of zeros over what was there, and opens it for reading and writing blocks. Where the file system can, zeros take no room.
     *
     * @param type any but bf16
     * @throws IllegalArgumentException if the type is bf16, or there are 2^63 bytes or more
     * @throws IOException if the file can't be written, or there can be none so large, and what was there stays
     */
    public static NpyArray create(Path file, DataType type, Dims dims) throws IOException {
        var shape = Arrays.stream(dims.toArray()).boxed().toList();
        ByteBuffer bytes = new NpyHeader(NpyType.require(type), ByteOrder.LITTLE_ENDIAN, false, shape, 0).toBytes();
        if (dims.elements() > (Long.MAX_VALUE - bytes.limit()) / type.bytes()) {
            throw new IllegalArgumentException(
                    "dims must be of less than 2^63 bytes, but were " + dims + " of " + type);
        }
        long end = bytes.limit() + dims.elements() * type.bytes();
        try (FileChannel channel = OutputFile.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            long before = channel.size();
            write(channel, ByteBuffer.allocate(1), Math.max(before, end - 1)); // fails if there is no file so large
            channel.truncate(0);
            write(channel, bytes, 0);
            write(channel, ByteBuffer.allocate(1), end - 1);
        }
        return edit(file);
    }

    /** Returns the extents of the whole array. */
    public Dims dims() {
        return dims;
    }

    /** Returns the type of the elements. */
    public DataType dataType() {
        return header.type().dataType();
    }

    /**
     * Reads a block into a new tensor, dense, channels first, which the caller closes.
     *
     * @param first the index of the block's first element along each axis
     * @param block the extents
     * @throws IllegalArgumentException if the block does not lie within the array
     * @throws IOException if the file can't be read
     */
    public Tensor read(long[] first, Dims block) throws IOException {
        requireWithin(first, block);
        Tensor tensor = Tensor.allocate(dataType(), block, Layout.CHANNELS_FIRST);
        try {
            ByteBuffer run = buffer(block);
            forEachRun(first, block, (inFile, inBlock) -> {
                run.clear();
                for (long at = byteOf(inFile); run.hasRemaining(); ) {
                    if (channel.read(run, at + run.position()) < 0) {
                        throw new ExchangeException(place, "became shorter while it was read");
                    }
                }
                tensor.copyBitsFrom(run.flip(), inBlock);
            });
            return tensor;
        } catch (Throwable e) {
            tensor.close();
            throw e;
        }
    }

    /**
     * Overwrites a block.
     *
     * @param first the index of the block's first element along each axis
     * @param block of the array's type, dense, channels first; read
     * @throws IllegalArgumentException if the block does not lie within the array or is of another type or layout
     * @throws IOException if the file can't be written, or was opened for reading only
     */
    public void write(long[] first, Tensor block) throws IOException {
        if (block.dataType() != dataType()) {
            throw new IllegalArgumentException("block must be of " + dataType() + ", but was " + block);
        }
        requireWithin(first, block.dims());
        ByteBuffer run = buffer(block.dims());
        forEachRun(first, block.dims(), (inFile, inBlock) -> {
            run.clear();
            block.copyBitsTo(run, inBlock);
            write(channel, run, byteOf(inFile));
        });
    }

    /** As many elements of a block as lie side by side in the file: those of its last axis. */
    private ByteBuffer buffer(Dims block) {
        int bytes = Math.toIntExact(block.get(block.rank() - 1) * header.type().bytes());
        return ByteBuffer.allocate(bytes).order(header.order());
    }

    private long byteOf(long element) {
        return header.dataOffset() + element * header.type().bytes();
    }

    private void requireWithin(long[] first, Dims block) {
        if (first.length != dims.rank() || block.rank() != dims.rank()) {
            throw outside(first, block);
        }
        for (int axis = 0; axis < dims.rank(); axis++) {
            if (first[axis] < 0 || first[axis] > dims.get(axis) - block.get(axis)) {
                throw outside(first, block);
            }
        }
    }

    private void forEachRun(long[] first, Dims block, Run body) throws IOException {
        int last = dims.rank() - 1;
        long length = block.get(last);
        long[] strides = Layout.CHANNELS_FIRST.strides(dims);
        for (long run = 0; run < block.elements() / length; run++) {
            long inFile = first[last];
            long rest = run;
            for (int axis = last - 1; axis >= 0; axis--) {
                inFile += (first[axis] + rest % block.get(axis)) * strides[axis];
                rest /= block.get(axis);
            }
            body.at(inFile, run * length);
        }
    }

    private IllegalArgumentException outside(long[] first, Dims block) {
        return new IllegalArgumentException("block must lie within the array of " + dims + " in " + place + ", but was "
                + block + " from " + Arrays.toString(first));
    }

    private static void write(FileChannel channel, ByteBuffer bytes, long at) throws IOException {
        long first = at - bytes.position();
        while (bytes.hasRemaining()) {
            channel.write(bytes, first + bytes.position());
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
