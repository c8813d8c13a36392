package io.github.faltung.convolution;

import java.util.Collections;
import java.util.List;

/**
 * The arithmetic of shapes: padding modes resolved to numbers, and output extents.
 *
 * <p>Sources: ONNX 1.22 operator documentation (Conv, ConvTranspose: {@code auto_pad}, {@code output_shape}); PyTorch 2.10 {@code
 * ConvTranspose2d} ({@code output_padding}, {@code output_size}); Dumoulin and Visin, <em>A guide to convolution arithmetic for deep
 * learning</em> (2016), relationships 6 and 14.
 */
final class Geometry {
    private Geometry() {}

    /** How many source elements a window reaches over. Fits a {@code long} for all {@code int} arguments. */
    static long extent(int kernel, int dilation) {
        return (kernel - 1L) * dilation + 1;
    }

    static boolean isSame(Padding padding) {
        return padding == Padding.Mode.SAME_UPPER || padding == Padding.Mode.SAME_LOWER;
    }

    /** Writes out an explicit padding that gives one number for all axes. */
    static Padding perAxis(Padding padding, int axes, Object layer) {
        if (!(padding instanceof Padding.Explicit explicit)) {
            return padding;
        }
        List<Integer> begin = perAxis(explicit.begin(), axes);
        List<Integer> end = perAxis(explicit.end(), axes);
        Rule.requirePerAxis("padding before", begin, axes, layer);
        Rule.requirePerAxis("padding after", end, axes, layer);
        return new Padding.Explicit(begin, end);
    }

    private static List<Integer> perAxis(List<Integer> values, int axes) {
        return values.size() == 1 ? Collections.nCopies(axes, values.get(0)) : values;
    }

    static long dst(ConvolutionDescriptor layer, int axis, long src) {
        requireSource(axis, src, layer);
        long dst = layer.transposed() ? transposedDst(layer, axis, src) : regularDst(layer, axis, src);
        if (dst > Integer.MAX_VALUE) {
            throw Rule.broken("output extent of spatial axis " + axis, "must be less than 2^31", dst, layer);
        }
        return dst;
    }

    static void requireSource(int axis, long src, Object layer) {
        if (src < 1 || src > Integer.MAX_VALUE) {
            throw Rule.broken("source extent of spatial axis " + axis, "must be from 1 to 2^31 - 1", src, layer);
        }
    }

    static void requirePadded(int axis, long padded, Object layer) {
        if (padded > Integer.MAX_VALUE) {
            throw Rule.broken("padded source extent of spatial axis " + axis, "must be less than 2^31", padded, layer);
        }
    }

    static IllegalArgumentException tooLarge(int axis, long padded, long extent, Object layer) {
        return Rule.broken(
                "kernel",
                "must not reach over more than the padded source, " + padded + " elements on spatial axis " + axis,
                extent + " elements",
                layer);
    }

    static AxisGeometry axis(ConvolutionDescriptor layer, int axis, long src) {
        long dst = dst(layer, axis, src);
        int kernel = layer.kernel().get(axis);
        int stride = layer.strides().get(axis);
        int dilation = layer.dilation().get(axis);
        long extent = extent(kernel, dilation);
        long before = layer.transposed() ? transposedBefore(layer, axis, src, dst) : regularBefore(layer, axis, src);
        long after = layer.transposed()
                ? transposedReach(layer, axis, src) - before - dst
                : (dst - 1) * stride + extent - src - before;
        return new AxisGeometry(src, dst, kernel, stride, dilation, extent, before, after);
    }

    private static long regularDst(ConvolutionDescriptor layer, int axis, long src) {
        long padded = src + regularTotal(layer, axis, src);
        long extent = extent(layer.kernel().get(axis), layer.dilation().get(axis));
        requirePadded(axis, padded, layer);
        if (extent > padded) {
            throw tooLarge(axis, padded, extent, layer);
        }
        return (padded - extent) / layer.strides().get(axis) + 1;
    }

    private static long regularTotal(ConvolutionDescriptor layer, int axis, long src) {
        long extent = extent(layer.kernel().get(axis), layer.dilation().get(axis));
        return total(layer.padding(), axis, src, extent, layer.strides().get(axis));
    }

    private static long regularBefore(ConvolutionDescriptor layer, int axis, long src) {
        return before(layer.padding(), axis, regularTotal(layer, axis, src));
    }

    /** The padding before and after together. */
    static long total(Padding padding, int axis, long src, long extent, long stride) {
        if (padding instanceof Padding.Explicit explicit) {
            return (long) explicit.begin().get(axis) + explicit.end().get(axis);
        }
        return switch ((Padding.Mode) padding) {
            case VALID -> 0;
            case SAME_UPPER, SAME_LOWER -> {
                long dst = (src + stride - 1) / stride;
                yield Math.max(0, (dst - 1) * stride + extent - src);
            }
            case FULL -> 2 * (extent - 1);
            case CAUSAL -> extent - 1;
        };
    }

    /** What of that stands before. */
    static long before(Padding padding, int axis, long total) {
        if (padding instanceof Padding.Explicit explicit) {
            return explicit.begin().get(axis);
        }
        return switch ((Padding.Mode) padding) {
            case VALID, SAME_UPPER, FULL -> total / 2;
            case SAME_LOWER -> total - total / 2;
            case CAUSAL -> total;
        };
    }

    /** The output's extent before anything is cut off: what all source elements together reach. */
    private static long transposedReach(ConvolutionDescriptor layer, int axis, long src) {
        return (src - 1) * layer.strides().get(axis)
                + extent(layer.kernel().get(axis), layer.dilation().get(axis));
    }

    private static long transposedDst(ConvolutionDescriptor layer, int axis, long src) {
        boolean sized = !layer.outputSize().isEmpty();
        boolean follows = isSame(layer.padding()) || layer.padding() == Padding.Mode.CAUSAL;
        long reach = transposedReach(layer, axis, src);
        long uncut = follows
                ? src * layer.strides().get(axis)
                : reach - transposedCut(layer, axis) + layer.outputPadding().get(axis);
        if (reach > Integer.MAX_VALUE) {
            throw Rule.broken(
                    "output extent before padding is cut off, of spatial axis " + axis,
                    "must be less than 2^31",
                    reach,
                    layer);
        }
        long dst = sized ? layer.outputSize().get(axis) : uncut;
        if (dst < 1) {
            throw Rule.broken(
                    "padding",
                    "must leave a transposed layer some output",
                    dst + " elements on spatial axis " + axis,
                    layer);
        }
        long added = dst - (follows ? reach : uncut);
        int below = Math.max(layer.strides().get(axis), layer.dilation().get(axis));
        if (sized && (added >= below || (!follows && added < 0))) {
            throw Rule.broken(
                    "outputSize",
                    "must be " + (follows ? "less than " : "from " + uncut + " to less than ")
                            + ((follows ? reach : uncut) + below) + " on spatial axis " + axis,
                    dst,
                    layer);
        }
        return dst;
    }

    /** What a padding that does not depend on the output cuts off at both ends together. */
    private static long transposedCut(ConvolutionDescriptor layer, int axis) {
        if (layer.padding() instanceof Padding.Explicit explicit) {
            return (long) explicit.begin().get(axis) + explicit.end().get(axis);
        }
        boolean full = layer.padding() == Padding.Mode.FULL;
        return full ? 2 * (extent(layer.kernel().get(axis), layer.dilation().get(axis)) - 1) : 0;
    }

    private static long transposedBefore(ConvolutionDescriptor layer, int axis, long src, long dst) {
        if (layer.padding() instanceof Padding.Explicit explicit) {
            return explicit.begin().get(axis);
        }
        long reach = transposedReach(layer, axis, src);
        long total = Math.max(0, reach + layer.outputPadding().get(axis) - dst);
        return switch ((Padding.Mode) layer.padding()) {
            case VALID, CAUSAL -> 0;
            case FULL -> transposedCut(layer, axis) / 2;
            case SAME_UPPER -> total / 2;
            case SAME_LOWER -> total - total / 2;
        };
    }
}
