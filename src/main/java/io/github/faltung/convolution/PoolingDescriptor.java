package io.github.faltung.convolution;

import io.github.faltung.tensor.DataType;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;

/**
 * A pooling layer: the largest element, or the mean, of each window of each channel. Over one to three spatial axes; channels are as
 * many as the source has. Immutable. Made by {@link #max1d} and its kin, {@link #globalMax} and {@link #globalAverage}.
 *
 * <p>The semantics are those of ONNX MaxPool, AveragePool, GlobalMaxPool and GlobalAveragePool (operator documentation, opset 22).
 * What ONNX leaves open: a window without any element that counts is refused; a maximum over NaN is anything, and a maximum over
 * nothing but −∞ is −∞ or the least finite number.
 *
 * <p>ONNX has maxima of floating-point numbers and of 8-bit integers, means of floating-point numbers only. Here a mean of integers is
 * the exact one rounded to an integer, to nearest, ties to even.
 *
 * @param kind what becomes of a window
 * @param kernel the window size per spatial axis, or {@link #WHOLE}; 1 to 3 axes
 * @param strides per spatial axis
 * @param dilation per spatial axis; 1 is dense
 * @param padding around the source: elements that never are the largest, and count for a mean only if {@code countIncludePad}
 * @param ceilMode whether the last window may begin before the padded source's end and reach beyond it. One that would begin after the
 *     source, in its padding, is left out. SAME padding determines the output by itself
 * @param countIncludePad whether a mean's divisor counts elements of the padding; those beyond the padded source never count
 * @param dataType of source and destination: f32, bf16, f16, u8 or s8. Sums are accumulated in f32, or in s32 where they fit
 */
public record PoolingDescriptor(
        Kind kind,
        List<Integer> kernel,
        List<Integer> strides,
        List<Integer> dilation,
        Padding padding,
        boolean ceilMode,
        boolean countIncludePad,
        DataType dataType)
        implements Serializable {

    /** The kernel of an axis along which the only window is the whole source, whatever its extent: global pooling. */
    public static final int WHOLE = 0;

    /** What becomes of a window. */
    public enum Kind {
        /** The largest element. */
        MAX("max"),
        /** The sum of the elements divided by their number. */
        AVERAGE("avg");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        /** Returns {@code max} or {@code avg}. */
        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * Checks every rule about the layer alone.
     *
     * @throws IllegalArgumentException if one is broken, with the field, the rule and the value
     */
    public PoolingDescriptor {
        Objects.requireNonNull(dataType, "dataType");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(padding, "padding");
        kernel = List.copyOf(kernel);
        strides = List.copyOf(strides);
        dilation = List.copyOf(dilation);
        int axes = kernel.size();
        String layer = PoolingText.of(kind, kernel, strides, dilation, padding.toString(), ceilMode, countIncludePad)
                + typeOption(dataType);
        if (axes < 1 || axes > 3) {
            throw Rule.broken("kernel", "must have 1 to 3 values, one for each spatial axis", kernel, layer);
        }
        Rule.requireAtLeast(WHOLE, "kernel", kernel, layer);
        Rule.requirePerAxis("strides", strides, axes, layer);
        Rule.requireAtLeast(1, "strides", strides, layer);
        Rule.requirePerAxis("dilation", dilation, axes, layer);
        Rule.requireAtLeast(1, "dilation", dilation, layer);
        padding = Geometry.perAxis(padding, axes, layer);
        double volume = 1;
        for (int axis = 0; axis < axes; axis++) {
            long extent = Geometry.extent(kernel.get(axis), dilation.get(axis));
            if (extent > Integer.MAX_VALUE) {
                throw Rule.broken("kernel", "must extend over fewer than 2^31 elements", extent, layer);
            }
            if (kernel.get(axis) == WHOLE) {
                requirePlain(axis, strides, dilation, padding, layer);
            }
            volume *= Math.max(1, kernel.get(axis));
        }
        if (volume > Integer.MAX_VALUE) {
            throw Rule.broken("kernel", "must have fewer than 2^31 elements", kernel, layer);
        }
        if (countIncludePad && kind != Kind.AVERAGE) {
            throw Rule.broken("countIncludePad", "is for average pooling", true, layer);
        }
        if (dataType == DataType.S32) {
            throw Rule.broken("dataType", "must be f32, bf16, f16, u8 or s8", dataType, layer);
        }
    }

    /** Makes a layer of f32. */
    public PoolingDescriptor(
            Kind kind,
            List<Integer> kernel,
            List<Integer> strides,
            List<Integer> dilation,
            Padding padding,
            boolean ceilMode,
            boolean countIncludePad) {
        this(kind, kernel, strides, dilation, padding, ceilMode, countIncludePad, DataType.F32);
    }

    /** Returns how problem lines tell a type: not at all if it is f32. */
    static String typeOption(DataType dataType) {
        return dataType == DataType.F32 ? "" : " --dt=" + dataType;
    }

    /** Returns the same layer of another type. */
    public PoolingDescriptor withDataType(DataType other) {
        return new PoolingDescriptor(kind, kernel, strides, dilation, padding, ceilMode, countIncludePad, other);
    }

    private static void requirePlain(
            int axis, List<Integer> strides, List<Integer> dilation, Padding padding, String layer) {
        String rule = "must be 1 where the kernel is the whole source, spatial axis " + axis;
        if (strides.get(axis) != 1) {
            throw Rule.broken("strides", rule, strides, layer);
        }
        if (dilation.get(axis) != 1) {
            throw Rule.broken("dilation", rule, dilation, layer);
        }
        boolean none = padding instanceof Padding.Explicit explicit
                ? explicit.begin().get(axis) == 0 && explicit.end().get(axis) == 0
                : padding == Padding.Mode.VALID;
        if (!none) {
            throw Rule.broken(
                    "padding",
                    "must be none where the kernel is the whole source, spatial axis " + axis,
                    padding,
                    layer);
        }
    }

    /** Begins a layer of maxima over one spatial axis. */
    public static PoolingBuilder max1d() {
        return new PoolingBuilder(Kind.MAX, 1);
    }

    /** Begins a layer of maxima over two spatial axes. */
    public static PoolingBuilder max2d() {
        return new PoolingBuilder(Kind.MAX, 2);
    }

    /** Begins a layer of maxima over three spatial axes. */
    public static PoolingBuilder max3d() {
        return new PoolingBuilder(Kind.MAX, 3);
    }

    /** Begins a layer of means over one spatial axis. */
    public static PoolingBuilder average1d() {
        return new PoolingBuilder(Kind.AVERAGE, 1);
    }

    /** Begins a layer of means over two spatial axes. */
    public static PoolingBuilder average2d() {
        return new PoolingBuilder(Kind.AVERAGE, 2);
    }

    /** Begins a layer of means over three spatial axes. */
    public static PoolingBuilder average3d() {
        return new PoolingBuilder(Kind.AVERAGE, 3);
    }

    /**
     * Returns the layer that takes the largest element of each channel.
     *
     * @param spatialRank 1 to 3
     */
    public static PoolingDescriptor globalMax(int spatialRank) {
        return new PoolingBuilder(Kind.MAX, spatialRank).kernel(WHOLE).build();
    }

    /**
     * Returns the layer that takes the mean of each channel.
     *
     * @param spatialRank 1 to 3
     */
    public static PoolingDescriptor globalAverage(int spatialRank) {
        return new PoolingBuilder(Kind.AVERAGE, spatialRank).kernel(WHOLE).build();
    }

    /** Returns the number of spatial axes, 1 to 3. */
    public int spatialRank() {
        return kernel.size();
    }

    /**
     * Returns the output's extent along one spatial axis. Allocates nothing.
     *
     * @param axis the spatial axis, from 0
     * @param src the source's extent along it
     * @throws IllegalArgumentException if the layer can't be applied to such a source
     */
    public long outputExtent(int axis, long src) {
        return PoolingGeometry.dst(this, axis, src);
    }

    /** Returns the layer without a source, in the manner of a problem line. */
    @Override
    public String toString() {
        return PoolingText.of(kind, kernel, strides, dilation, padding.toString(), ceilMode, countIncludePad)
                + typeOption(dataType);
    }
}
