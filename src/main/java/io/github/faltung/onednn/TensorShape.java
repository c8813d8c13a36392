package io.github.faltung.onednn;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** A tensor's type, dims and strides without its memory: what a plan is for. Immutable. */
final class TensorShape {
    private static final List<Layout> PLAIN = List.of(Layout.CHANNELS_FIRST, Layout.CHANNELS_LAST);

    private final DataType dataType;
    private final Dims dims;
    private final long[] strides;

    private TensorShape(DataType dataType, Dims dims, long[] strides) {
        this.dataType = dataType;
        this.dims = dims;
        this.strides = strides;
    }

    static TensorShape of(Tensor tensor) {
        var strides = new long[tensor.dims().rank()];
        for (int axis = 0; axis < strides.length; axis++) {
            strides[axis] = tensor.stride(axis);
        }
        return new TensorShape(tensor.dataType(), tensor.dims(), strides);
    }

    /** Returns an f32 tensor's. */
    static TensorShape of(Dims dims, Layout layout) {
        return of(DataType.F32, dims, layout);
    }

    static TensorShape of(DataType dataType, Dims dims, Layout layout) {
        return new TensorShape(dataType, dims, layout.strides(dims));
    }

    /** Returns an f32 tensor's. */
    static TensorShape of(Dims dims, long[] strides) {
        return new TensorShape(DataType.F32, dims, strides);
    }

    /**
     * Returns the plain layout to compute in, which makes the fewest copies: that of both, else the source's, else the destination's, else
     * channels first.
     */
    static Layout commonLayout(TensorShape src, TensorShape dst) {
        return PLAIN.stream()
                .filter(layout -> src.isDense(layout) && dst.isDense(layout))
                .findFirst()
                .or(() -> PLAIN.stream().filter(src::isDense).findFirst())
                .or(() -> PLAIN.stream().filter(dst::isDense).findFirst())
                .orElse(Layout.CHANNELS_FIRST);
    }

    DataType dataType() {
        return dataType;
    }

    Dims dims() {
        return dims;
    }

    long[] extents() {
        return dims.toArray();
    }

    long[] strides() {
        return strides;
    }

    boolean isDense(Layout layout) {
        long[] dense = layout.strides(dims);
        for (int axis = 0; axis < strides.length; axis++) {
            if (dims.get(axis) != 1 && strides[axis] != dense[axis]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TensorShape shape
                && dataType == shape.dataType
                && dims.equals(shape.dims)
                && Arrays.equals(strides, shape.strides);
    }

    @Override
    public int hashCode() {
        return 31 * dims.hashCode() + Arrays.hashCode(strides);
    }

    /** Returns whether a tensor is of this shape. Allocates nothing. */
    boolean matches(Tensor tensor) {
        if (dataType != tensor.dataType() || !dims.equals(tensor.dims())) {
            return false;
        }
        for (int axis = 0; axis < strides.length; axis++) {
            if (strides[axis] != tensor.stride(axis)) {
                return false;
            }
        }
        return true;
    }
}
