package io.github.faltung.spark;

import io.github.faltung.convolution.SequentialDescriptor;
import io.github.faltung.tensor.Dims;

/**
 * One tile: what part of the raster it sees, what chain computes it, and where its result goes.
 *
 * @param chain padded where the tile lies at the raster's border
 * @param first the first row and column of the source that it needs
 * @param src {@code [1, C, height, width]} of what it needs
 * @param dstFirst the first row and column of its result
 * @param dst the result's dims, {@code [1, C, height, width]}
 */
record Tile(SequentialDescriptor chain, Place first, Dims src, Place dstFirst, Dims dst) {
    /** A row and a column of a raster. */
    record Place(long row, long column) {}
}
