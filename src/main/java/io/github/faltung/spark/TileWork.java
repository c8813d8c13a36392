package io.github.faltung.spark;

import io.github.faltung.convolution.Sequential;
import io.github.faltung.exchange.NpyArray;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;

/** What is done with one tile, on one machine or on many: read with its halo, computed, written. */
final class TileWork {
    /** One thread for each tile; processors work on different tiles. So what a tile's result is does not depend on their number. */
    static final int THREADS = 1;

    private TileWork() {}

    /** Reads what a tile sees. */
    static RasterTile read(NpyArray raster, Tiling tiling, long index) {
        Tile tile = tiling.tile(index);
        try (Tensor block = raster.read(block(raster, tile.first()), dims(raster, tile.src()))) {
            return packed(index, block);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Computes a tile.
     *
     * @param source the tile with its halo
     */
    static RasterTile compute(SharedChain chain, Tiling tiling, RasterTile source) {
        Tile tile = tiling.tile(source.getIndex());
        Sequential layers = chain.layers(tile.chain());
        try (Tensor src = unpacked(source, tiling.srcType(), tile.src(), tile.src());
                Tensor dst = layers.forward(src)) {
            return packed(source.getIndex(), dst);
        }
    }

    /** Writes a result to where it belongs. Doing it again changes nothing. */
    static void write(NpyArray result, Tiling tiling, RasterTile computed) {
        Tile tile = tiling.tile(computed.getIndex());
        try (Tensor block = unpacked(computed, result.dataType(), tile.dst(), dims(result, tile.dst()))) {
            result.write(block(result, tile.dstFirst()), block);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RasterTile packed(long index, Tensor block) {
        long bytes = block.dims().elements() * block.dataType().bytes();
        var samples = new byte[Math.toIntExact(bytes)];
        block.copyBitsTo(PackedChain.littleEndian(samples), 0);
        return new RasterTile(index, samples);
    }

    /**
     * Returns a tile's samples.
     *
     * @param expected the dims that it has to have
     * @param dims the same elements as the caller wants them
     * @throws IllegalArgumentException if it has more or fewer
     */
    private static Tensor unpacked(RasterTile tile, DataType type, Dims expected, Dims dims) {
        long bytes = expected.elements() * type.bytes();
        if (tile.getSamples().length != bytes) {
            throw new IllegalArgumentException("tile " + tile.getIndex() + " must have " + expected + " samples of "
                    + type + ", " + bytes + " bytes, but had " + tile.getSamples().length);
        }
        Tensor block = Tensor.allocate(type, dims, Layout.CHANNELS_FIRST);
        block.copyBitsFrom(PackedChain.littleEndian(tile.getSamples()), 0);
        return block;
    }

    /** Returns where a block begins along each axis of an array of {@code [H, W]} or {@code [C, H, W]}. */
    private static long[] block(NpyArray array, Tile.Place place) {
        return array.dims().rank() == 2
                ? new long[] {place.row(), place.column()}
                : new long[] {0, place.row(), place.column()};
    }

    /** Returns a block's dims as the array has axes. */
    private static Dims dims(NpyArray array, Dims block) {
        return array.dims().rank() == 2
                ? Dims.of(block.get(2), block.get(3))
                : Dims.of(block.get(1), block.get(2), block.get(3));
    }
}
