package io.github.faltung.onednn;

import io.github.faltung.convolution.PoolingAxis;
import io.github.faltung.convolution.PoolingDescriptor;
import io.github.faltung.convolution.PoolingProblem;
import io.github.faltung.onednn.ForwardShape.Axis;
import java.util.List;
import java.util.function.ToLongFunction;
import org.bytedeco.dnnl.global.dnnl;

/**
 * A pooling problem in oneDNN's numbers.
 *
 * <p>oneDNN's means divide by the number of a window's elements, all of them (include_padding) or those in the source
 * (exclude_padding). What ONNX wants where {@code ceil_mode} makes a window reach beyond the padded source is neither. It is
 * exclude_padding on a source whose padding is put around it physically, as a frame of zeros.
 *
 * @param algorithm oneDNN's
 * @param tensors extents, windows and frame
 */
record PoolingShape(int algorithm, ForwardShape tensors) {
    /** Elements that may always be framed: 4 MiB are no burden, and small tensors often have wide padding. */
    private static final double SMALL_FRAME = 1 << 20;

    /** So many times the tensors the framed source may take: that of padding half as wide as the source, on each side of three axes. */
    private static final double MOST_FRAMED = 8;

    /** Translates a problem. */
    static PoolingShape of(PoolingProblem problem) {
        PoolingDescriptor layer = problem.descriptor();
        List<PoolingAxis> axes = problem.axes();
        boolean framed = layer.countIncludePad() && axes.stream().anyMatch(axis -> axis.overhang() > 0);
        var tensors = new ForwardShape(
                false,
                false,
                problem.srcDims().get(0),
                problem.srcDims().get(1),
                problem.srcDims().get(1),
                1,
                axes.stream().map(axis -> axis(axis, framed)).toList());
        return new PoolingShape(algorithm(layer, framed, tensors), tensors);
    }

    private static int algorithm(PoolingDescriptor layer, boolean framed, ForwardShape tensors) {
        boolean touchesPadding = tensors.axes().stream().anyMatch(axis -> axis.paddingL() > 0 || axis.paddingR() > 0);
        return switch (layer.kind()) {
            case MAX -> dnnl.dnnl_pooling_max;
            case AVERAGE ->
                (layer.countIncludePad() && !framed) || !touchesPadding
                        ? dnnl.dnnl_pooling_avg_include_padding
                        : dnnl.dnnl_pooling_avg_exclude_padding;
        };
    }

    private static Axis axis(PoolingAxis axis, boolean framed) {
        long frameL = framed ? axis.paddingL() : 0;
        long frameR = framed ? axis.paddingR() : 0;
        long paddingR = axis.reach() - frameR;
        // A single window has no step; one beyond the source would overflow oneDNN's 32-bit arithmetic.
        long stride = axis.dst() == 1 ? Math.max(1, -paddingR) : axis.stride();
        return new Axis(
                frameL + axis.src() + frameR,
                axis.dst(),
                axis.kernel(),
                stride,
                axis.kernel() == 1 ? 0 : axis.dilation() - 1,
                axis.paddingL() - frameL,
                paddingR,
                frameL,
                frameR);
    }

    /** Returns whether the source with its frame takes many times the memory of source and destination. */
    boolean isMostlyFrame() {
        double framed = volume(Axis::src);
        double tensors = volume(axis -> axis.src() - axis.frameL() - axis.frameR()) + volume(Axis::dst);
        return framed * images() > SMALL_FRAME && framed > MOST_FRAMED * tensors;
    }

    private double images() {
        return (double) tensors.minibatch() * tensors.inputChannels();
    }

    private double volume(ToLongFunction<Axis> extent) {
        return tensors.axes().stream()
                .mapToDouble(axis -> (double) extent.applyAsLong(axis))
                .reduce(1, (a, b) -> a * b);
    }

    /** Returns whether a step within a window may jump over the whole source, which oneDNN refuses where it excludes padding. */
    boolean jumpsOverSource() {
        return algorithm == dnnl.dnnl_pooling_avg_exclude_padding
                && tensors.axes().stream().anyMatch(axis -> axis.dilates() >= axis.src());
    }
}
