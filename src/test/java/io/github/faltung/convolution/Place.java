package io.github.faltung.convolution;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** Where a test puts the elements of a tensor. */
public enum Place {
    CHANNELS_FIRST,
    CHANNELS_LAST,
    /** Channels first, rows with a pitch, as in a picture that is part of a larger one. */
    PITCHED,
    /** Channels last, with a gap after each element. */
    SPREAD,
    /** The caller's direct buffer, aligned to no more than an element. */
    WRAPPED;

    /** Makes a tensor of elements given channels first. */
    public Tensor of(float[] values, Dims dims) {
        return of(DataType.F32, values, dims);
    }

    /** Makes a tensor of a type, to which the elements are rounded; not {@link #WRAPPED}. */
    public Tensor of(DataType type, float[] values, Dims dims) {
        Tensor tensor = allocate(type, dims);
        tensor.copyFrom(values, Layout.CHANNELS_FIRST);
        return tensor;
    }

    private Tensor allocate(DataType type, Dims dims) {
        return switch (this) {
            case CHANNELS_FIRST -> Tensor.allocate(type, dims, Layout.CHANNELS_FIRST);
            case CHANNELS_LAST -> Tensor.allocate(type, dims, Layout.CHANNELS_LAST);
            case PITCHED -> Tensor.allocate(type, dims, pitched(dims));
            case SPREAD -> Tensor.allocate(type, dims, spread(dims));
            case WRAPPED -> {
                if (type != DataType.F32) {
                    throw new IllegalArgumentException("wrapped buffers are f32, but the type was " + type);
                }
                int floats = Math.toIntExact(dims.elements()) + 17;
                FloatBuffer buffer = ByteBuffer.allocateDirect(floats * Float.BYTES)
                        .order(ByteOrder.nativeOrder())
                        .asFloatBuffer();
                yield Tensor.of(buffer.position(1), dims);
            }
        };
    }

    private static long[] pitched(Dims dims) {
        long[] strides = new long[dims.rank()];
        long next = 1;
        for (int axis = dims.rank() - 1; axis >= 0; axis--) {
            strides[axis] = next;
            next = next * dims.get(axis) + 3;
        }
        return strides;
    }

    private static long[] spread(Dims dims) {
        long[] strides = Layout.CHANNELS_LAST.strides(dims);
        for (int axis = 0; axis < strides.length; axis++) {
            strides[axis] *= 2;
        }
        return strides;
    }
}
