package io.github.faltung.spark;

import io.github.faltung.convolution.AxisGeometry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What a tile of a chain's output needs along one spatial axis: the stretch of the source that its windows see, halo included, and each
 * layer's padding there. Where a window reaches beyond the raster there is padding, as without tiles; elsewhere there are neighbours,
 * which the halo has.
 *
 * <p>Backwards, layer by layer: outputs {@code a} to {@code b − 1} of a layer of stride s, padding p and extent e see the elements {@code s·a − p} to
 * {@code s·(b − 1) − p + e − 1} of what it reads; of them, those that exist.
 *
 * @param first the first element of the source that is needed
 * @param count how many are needed from there on
 * @param before each layer's padding before what it reads, the first layer's first
 * @param after each layer's padding after it
 */
record TileAxis(long first, long count, List<Integer> before, List<Integer> after) {
    TileAxis {
        before = List.copyOf(before);
        after = List.copyOf(after);
    }

    /**
     * Finds it.
     *
     * @param layers the axis as each layer of the whole raster's chain has it, each padded by less than its extent
     * @param first the tile's first output element
     * @param count how many output elements the tile has
     */
    static TileAxis of(List<AxisGeometry> layers, long first, long count) {
        Deque<Integer> before = new ArrayDeque<>();
        Deque<Integer> after = new ArrayDeque<>();
        long from = first;
        long to = first + count;
        for (int i = layers.size() - 1; i >= 0; i--) {
            AxisGeometry layer = layers.get(i);
            long begin = from * layer.stride() - layer.paddingL();
            long end = (to - 1) * layer.stride() - layer.paddingL() + layer.extent();
            from = Math.max(begin, 0);
            to = Math.min(end, layer.src());
            before.addFirst(Math.toIntExact(from - begin));
            after.addFirst(Math.toIntExact(end - to));
        }
        return new TileAxis(from, to - from, new ArrayList<>(before), new ArrayList<>(after));
    }

    /** Returns how much of the source no tile of such an extent exceeds. */
    static long most(List<AxisGeometry> layers, long count) {
        long most = count;
        for (int i = layers.size() - 1; i >= 0; i--) {
            AxisGeometry layer = layers.get(i);
            most = Math.min(layer.src(), (most - 1) * layer.stride() + layer.extent());
        }
        return most;
    }
}
