package io.github.faltung.onednn;

import io.github.faltung.convolution.Region;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;

/** A tensor's type, dims and strides, or that it is blocked, without its memory: what a plan is for. Immutable. */
final class TensorShape {
    private static final List<Layout> PLAIN = List.of(Layout.CHANNELS_FIRST, Layout.CHANNELS_LAST);

    private final DataType dataType;
    private final Dims dims;
    private final long[] strides;
    private final boolean blocked;

    private TensorShape(DataType dataType, Dims dims, long[] strides, boolean blocked) {
        this.dataType = dataType;
        this.dims = dims;
        this.strides = strides;
        this.blocked = blocked;
    }

    private TensorShape(DataType dataType, Dims dims, long[] strides) {
        this(dataType, dims, strides, false);
    }

    /** Returns that of a program's memory. */
    static TensorShape of(Region region) {
        DataType type = region.storage().dataType();
        return region.isBlocked()
                ? new TensorShape(type, region.dims(), new long[0], true)
                : new TensorShape(type, region.dims(), region.part().strides());
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

    boolean isBlocked() {
        return blocked;
    }

    /** Returns how the elements lie; for those that lie in no such way channels first. */
    Form form() {
        return blocked
                ? Form.BLOCKED
                : isDense(Layout.CHANNELS_FIRST) || !isDense(Layout.CHANNELS_LAST)
                        ? Form.CHANNELS_FIRST
                        : Form.CHANNELS_LAST;
    }

    /** Returns whether a primitive that wants this form can use the elements where they are. */
    boolean is(Form form) {
        return switch (form) {
            case CHANNELS_FIRST -> isDense(Layout.CHANNELS_FIRST);
            case CHANNELS_LAST -> isDense(Layout.CHANNELS_LAST);
            case BLOCKED -> blocked;
        };
    }

    /** Describes such a tensor to oneDNN. */
    dnnl_memory_desc desc(NativeEngine engine, NativeHandles owner) {
        return blocked
                ? Form.BLOCKED.desc(engine, owner, dataType, extents())
                : engine.strided(owner, dataType, extents(), strides);
    }

    boolean isDense(Layout layout) {
        if (blocked) {
            return false;
        }
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
                && blocked == shape.blocked
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
