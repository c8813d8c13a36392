package io.github.faltung.checking;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.Arrays;

/**
 * How a run lays its activations out.
 *
 * @param src the source's order
 * @param dst the output's order
 * @param gaps whether both have strides for one element more along every axis than they have
 */
public record Arrangement(Layout src, Layout dst, boolean gaps) {
    /** Returns dense tensors of one order. */
    public static Arrangement of(Layout layout) {
        return new Arrangement(layout, layout, false);
    }

    /** Returns dense tensors of two orders. */
    public static Arrangement of(Layout src, Layout dst) {
        return new Arrangement(src, dst, false);
    }

    Tensor allocateSrc(Dims dims) {
        return allocateSrc(DataType.F32, dims);
    }

    Tensor allocateSrc(DataType type, Dims dims) {
        return allocate(type, dims, src);
    }

    Tensor allocateDst(Dims dims) {
        return allocateDst(DataType.F32, dims);
    }

    Tensor allocateDst(DataType type, Dims dims) {
        return allocate(type, dims, dst);
    }

    private Tensor allocate(DataType type, Dims dims, Layout layout) {
        if (!gaps) {
            return Tensor.allocate(type, dims, layout);
        }
        Dims larger =
                Dims.of(Arrays.stream(dims.toArray()).map(extent -> extent + 1).toArray());
        return Tensor.allocate(type, dims, layout.strides(larger));
    }

    /** Returns such as {@code channels_last} or {@code channels_first to channels_last with gaps}. */
    @Override
    public String toString() {
        String order = src == dst ? name(src) : name(src) + " to " + name(dst);
        return gaps ? order + " with gaps" : order;
    }

    private static String name(Layout layout) {
        return switch (layout) {
            case CHANNELS_FIRST -> "channels_first";
            case CHANNELS_LAST -> "channels_last";
            case SPATIAL_FIRST -> "spatial_first";
        };
    }
}
