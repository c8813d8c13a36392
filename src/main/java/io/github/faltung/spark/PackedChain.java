package io.github.faltung.spark;

import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Sequential;
import io.github.faltung.convolution.SequentialDescriptor;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A chain with its weights on the way to the executors.
 *
 * <p>What is broadcast is arrays of bytes: a description, by Java's serialization, and the weights' bits. Which serializer Spark is configured with makes no
 * difference then (Kryo can make neither records nor immutable lists), and no array has to hold all weights.
 */
final class PackedChain {
    /** No array holds more than 2 GiB. A multiple of every element's size. */
    private static final int PIECE_BYTES = 1 << 26;

    private final Description description;

    /** The bits of all parameters, one after the other, little endian, each in the order of its dims; no piece is of two. */
    private final List<byte[]> pieces;

    private PackedChain(Description description, List<byte[]> pieces) {
        this.description = description;
        this.pieces = pieces;
    }

    /**
     * What is not weights.
     *
     * @param id tells an executor that two tasks mean the same
     * @param wisdom the text of a wisdom file, or an empty one
     * @param types of the parameters
     */
    private record Description(UUID id, SequentialDescriptor chain, String wisdom, List<DataType> types)
            implements Serializable {}

    /**
     * Copies the weights.
     *
     * @throws IllegalArgumentException if there are more or fewer than the chain has, or one has other dims
     */
    static PackedChain of(SequentialDescriptor chain, List<Tensor> parameters) {
        List<Dims> dims = parameters.stream().map(Tensor::dims).toList();
        if (!dims.equals(chain.parameterDims())) {
            throw new IllegalArgumentException(
                    "parameters must be tensors of " + chain.parameterDims() + ", but were of " + dims + ": " + chain);
        }
        var pieces = new ArrayList<byte[]>();
        parameters.forEach(parameter -> pack(parameter, pieces));
        List<DataType> types = parameters.stream().map(Tensor::dataType).toList();
        return new PackedChain(new Description(UUID.randomUUID(), chain, "", types), List.copyOf(pieces));
    }

    private static void pack(Tensor parameter, List<byte[]> pieces) {
        if (!parameter.isDense(Layout.CHANNELS_FIRST)) {
            try (Tensor dense = Tensor.allocate(parameter.dataType(), parameter.dims(), Layout.CHANNELS_FIRST)) {
                dense.copyFrom(parameter);
                pack(dense, pieces);
                return;
            }
        }
        int size = parameter.dataType().bytes();
        long all = parameter.dims().elements() * size;
        for (long at = 0; at < all; at += PIECE_BYTES) {
            var piece = new byte[(int) Math.min(PIECE_BYTES, all - at)];
            parameter.copyBitsTo(littleEndian(piece), at / size);
            pieces.add(piece);
        }
    }

    /** Returns the same with wisdom; executors prepare it anew. */
    PackedChain withWisdom(String text) {
        return new PackedChain(new Description(UUID.randomUUID(), chain(), text, description.types()), pieces);
    }

    /**
     * Returns what is broadcast.
     *
     * @throws IllegalArgumentException if a link of the chain is not serializable
     */
    byte[][] toArrays() {
        var bytes = new ByteArrayOutputStream();
        try (var out = new ObjectOutputStream(bytes)) {
            out.writeObject(description);
        } catch (IOException e) {
            throw new IllegalArgumentException("links of the chain must be serializable: " + chain(), e);
        }
        var arrays = new ArrayList<byte[]>(List.of(bytes.toByteArray()));
        arrays.addAll(pieces);
        return arrays.toArray(byte[][]::new);
    }

    /** Reads what was broadcast; the weights' arrays are shared. */
    static PackedChain of(byte[][] arrays) {
        try (var in = new ObjectInputStream(new ByteArrayInputStream(arrays[0]))) {
            return new PackedChain(
                    (Description) in.readObject(), List.of(arrays).subList(1, arrays.length));
        } catch (IOException | ClassNotFoundException e) {
            throw new IllegalStateException("a chain of another release of Faltung than this executor's", e);
        }
    }

    UUID id() {
        return description.id();
    }

    SequentialDescriptor chain() {
        return description.chain();
    }

    String wisdom() {
        return description.wisdom();
    }

    /**
     * Prepares the chain, or another of the same parameters.
     *
     * @param variant the chain, or one that differs from it in paddings only
     */
    Sequential prepare(Engine engine, SequentialDescriptor variant) {
        var parameters = new ArrayList<Tensor>();
        try {
            unpack(parameters);
            return Sequential.prepare(engine, variant, parameters);
        } finally {
            parameters.forEach(Tensor::close);
        }
    }

    private void unpack(List<Tensor> parameters) {
        List<Dims> dims = chain().parameterDims();
        var next = pieces.iterator();
        for (int i = 0; i < dims.size(); i++) {
            Tensor parameter = Tensor.allocate(description.types().get(i), dims.get(i), Layout.CHANNELS_FIRST);
            parameters.add(parameter);
            for (long first = 0; first < dims.get(i).elements(); ) {
                byte[] piece = next.next();
                parameter.copyBitsFrom(littleEndian(piece), first);
                first += piece.length / parameter.dataType().bytes();
            }
        }
    }

    /** Returns a view of an array in which elements lie as in all that is sent. */
    static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
