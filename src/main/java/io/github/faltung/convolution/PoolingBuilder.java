package io.github.faltung.convolution;

import io.github.faltung.tensor.DataType;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Collects a {@link PoolingDescriptor}. What is not set is the usual of ONNX: stride and dilation 1 (frameworks often mean a stride of
 * the kernel), no padding, output extents rounded down, means without padding, f32. A single number given for a per-axis field holds for
 * all axes. For one thread.
 */
public final class PoolingBuilder {
    private final PoolingDescriptor.Kind kind;
    private final int axes;
    private List<Integer> kernel;
    private List<Integer> strides;
    private List<Integer> dilation;
    private Padding padding = Padding.valid();
    private boolean ceilMode;
    private boolean countIncludePad;
    private DataType dataType = DataType.F32;

    PoolingBuilder(PoolingDescriptor.Kind kind, int axes) {
        if (axes < 1 || axes > 3) {
            throw new IllegalArgumentException("spatialRank must be 1 to 3, but was " + axes);
        }
        this.kind = kind;
        this.axes = axes;
        this.kernel = all(1);
        this.strides = all(1);
        this.dilation = all(1);
    }

    private List<Integer> all(int value) {
        return Collections.nCopies(axes, value);
    }

    private List<Integer> perAxis(int... values) {
        return values.length == 1
                ? all(values[0])
                : Arrays.stream(values).boxed().toList();
    }

    /** Sets the window size; {@link PoolingDescriptor#WHOLE} on an axis makes it the source's extent. */
    public PoolingBuilder kernel(int... perAxis) {
        kernel = perAxis(perAxis);
        return this;
    }

    /** Sets the step between windows. */
    public PoolingBuilder stride(int... perAxis) {
        strides = perAxis(perAxis);
        return this;
    }

    /** Sets the step between the elements of a window; 1 is dense. */
    public PoolingBuilder dilation(int... perAxis) {
        dilation = perAxis(perAxis);
        return this;
    }

    /** Sets what stands around the source. */
    public PoolingBuilder padding(Padding padding) {
        this.padding = padding;
        return this;
    }

    /** Sets the padding on both sides of each axis. */
    public PoolingBuilder padding(int... perAxis) {
        return padding(Padding.symmetric(perAxis));
    }

    /** Lets the last window reach beyond the padded source. */
    public PoolingBuilder ceilMode() {
        return ceilMode(true);
    }

    /** Sets whether the last window may reach beyond the padded source. */
    public PoolingBuilder ceilMode(boolean ceilMode) {
        this.ceilMode = ceilMode;
        return this;
    }

    /** Lets means count the padding. */
    public PoolingBuilder countIncludePad() {
        return countIncludePad(true);
    }

    /** Sets whether means count the padding. */
    public PoolingBuilder countIncludePad(boolean countIncludePad) {
        this.countIncludePad = countIncludePad;
        return this;
    }

    /** Sets the type of source and destination. */
    public PoolingBuilder dataType(DataType dataType) {
        this.dataType = dataType;
        return this;
    }

    /**
     * Returns the layer.
     *
     * @throws IllegalArgumentException if it breaks a rule, with the field, the rule and the value
     */
    public PoolingDescriptor build() {
        return new PoolingDescriptor(kind, kernel, strides, dilation, padding, ceilMode, countIncludePad, dataType);
    }
}
