package io.github.faltung.spark;

import io.github.faltung.convolution.AxisGeometry;
import io.github.faltung.convolution.ConvolutionLink;
import io.github.faltung.convolution.Link;
import io.github.faltung.convolution.Padding;
import io.github.faltung.convolution.SequentialDescriptor;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import java.util.ArrayList;
import java.util.List;

/**
 * How the output of a chain over one large raster is cut into tiles: row by row, all of one size but the last of a row and the last row. What a
 * tile is depends on nothing else, so that whoever computes it, and wherever, computes the same. Immutable.
 */
final class Tiling {
    private static final int PLANE = 2;
    private static final long MOST_BYTES = Integer.MAX_VALUE - 8;

    private final SequentialDescriptor chain;
    private final Dims src;
    private final Dims dst;
    private final int tileHeight;
    private final int tileWidth;

    /** Each layer's axes on the whole raster, of rows and of columns. */
    private final List<AxisGeometry> vertical = new ArrayList<>();

    private final List<AxisGeometry> horizontal = new ArrayList<>();

    /**
     * Cuts.
     *
     * @param chain convolutions over two spatial axes, none transposed and none with a skip
     * @param src the raster, {@code [1, C, H, W]}
     * @param tileHeight of a tile of the output
     * @param tileWidth of a tile of the output
     * @throws IllegalArgumentException if the chain can't be cut, or can't be applied to the raster
     */
    Tiling(SequentialDescriptor chain, Dims src, int tileHeight, int tileWidth) {
        this.chain = chain;
        this.src = src;
        this.tileHeight = tileHeight;
        this.tileWidth = tileWidth;
        if (tileHeight < 1 || tileWidth < 1) {
            throw new IllegalArgumentException(
                    "tiles must have positive extents, but had " + tileHeight + "x" + tileWidth);
        }
        for (Link link : chain.links()) {
            requireDivisible(link);
        }
        List<Dims> values = chain.valueDims(src);
        this.dst = values.get(values.size() - 1);
        for (int i = 0; i < chain.links().size(); i++) {
            List<AxisGeometry> axes = chain.links().get(i).axes(values.get(i));
            axes.forEach(this::requireWindowsWithin);
            vertical.add(axes.get(0));
            horizontal.add(axes.get(1));
        }
        requireArray(
                Dims.of(src.get(1), TileAxis.most(vertical, tileHeight), TileAxis.most(horizontal, tileWidth)),
                srcType());
        requireArray(Dims.of(dst.get(1), Math.min(tileHeight, dst.get(2)), Math.min(tileWidth, dst.get(3))), dstType());
    }

    private void requireDivisible(Link link) {
        if (!(link instanceof ConvolutionLink convolution)
                || convolution.layer().transposed()
                || convolution.layer().readsDestination()
                || convolution.layer().spatialRank() != PLANE) {
            throw new IllegalArgumentException("a chain over tiles must be of convolutions over two spatial axes, none"
                    + " transposed and none that adds to its destination, but has " + link.name() + ": " + chain);
        }
    }

    private void requireWindowsWithin(AxisGeometry axis) {
        if (Math.max(axis.paddingL(), axis.paddingR()) >= axis.extent()) {
            throw new IllegalArgumentException("padding of a chain over tiles must be less than its windows' extent, "
                    + axis.extent() + ", but was " + axis.paddingL() + " before and " + axis.paddingR() + " after: "
                    + chain);
        }
    }

    private static void requireArray(Dims dims, DataType type) {
        if (dims.elements() > MOST_BYTES / type.bytes()) {
            throw new IllegalArgumentException(
                    "a tile must have less than 2 GiB with its halo, but had " + dims + " samples of " + type);
        }
    }

    /** Returns the type of the raster. */
    DataType srcType() {
        return chain.valueType(0);
    }

    /** Returns the type of the output. */
    DataType dstType() {
        return chain.valueType(chain.links().size());
    }

    /** Returns the output's dims, {@code [1, C, H, W]}. */
    Dims dst() {
        return dst;
    }

    /** Returns how many tiles there are. */
    long tiles() {
        return Math.multiplyExact(-Math.floorDiv(-dst.get(2), tileHeight), columns());
    }

    private long columns() {
        return -Math.floorDiv(-dst.get(3), tileWidth);
    }

    /**
     * Returns a tile.
     *
     * @param index from 0, row by row
     * @throws IndexOutOfBoundsException if there are fewer
     */
    Tile tile(long index) {
        if (index < 0 || index >= tiles()) {
            throw new IndexOutOfBoundsException("tile must be from 0 to " + (tiles() - 1) + ", but was " + index);
        }
        long row = index / columns() * tileHeight;
        long column = index % columns() * tileWidth;
        long rows = Math.min(tileHeight, dst.get(2) - row);
        long columns = Math.min(tileWidth, dst.get(3) - column);
        TileAxis down = TileAxis.of(vertical, row, rows);
        TileAxis across = TileAxis.of(horizontal, column, columns);
        return new Tile(
                padded(down, across),
                new Tile.Place(down.first(), across.first()),
                Dims.of(1, src.get(1), down.count(), across.count()),
                new Tile.Place(row, column),
                Dims.of(1, dst.get(1), rows, columns));
    }

    private SequentialDescriptor padded(TileAxis down, TileAxis across) {
        var links = new ArrayList<Link>();
        for (int i = 0; i < chain.links().size(); i++) {
            var convolution = (ConvolutionLink) chain.links().get(i);
            Padding padding = Padding.explicit(
                    List.of(down.before().get(i), across.before().get(i)),
                    List.of(down.after().get(i), across.after().get(i)));
            links.add(new ConvolutionLink(convolution.layer().withPadding(padding), convolution.hasBias()));
        }
        return new SequentialDescriptor(links, chain.skips());
    }
}
