package io.github.faltung.onednn;

import io.github.faltung.convolution.AxisGeometry;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;

/**
 * A problem in oneDNN's numbers. The one place where dilation turns into oneDNN's zero-based {@code dilates}.
 *
 * @param transposed whether it is said as a deconvolution
 * @param turned whether the windows of the weights must be turned around
 * @param inputsPerGroup input channels that a window sees
 * @param axes the spatial axes, the slowest first
 */
record ForwardShape(
        boolean transposed,
        boolean turned,
        long minibatch,
        long inputChannels,
        long outputChannels,
        long inputsPerGroup,
        List<Axis> axes) {

    /**
     * One spatial axis.
     *
     * @param src the source's extent, a frame included
     * @param dilates dilation from 0
     * @param paddingR may be negative
     * @param frameL zeros to be put before the source physically
     * @param frameR zeros to be put after it physically
     */
    record Axis(
            long src,
            long dst,
            long kernel,
            long stride,
            long dilates,
            long paddingL,
            long paddingR,
            long frameL,
            long frameR) {

        /** Half of the shortest with which oneDNN was seen to crash, see {@code native-config/known-defects.md}; why it does was not looked for. */
        static final long MOST_STRIDE = 1 << 12;

        /** What an axis is that a problem lacks. */
        static final Axis NONE = new Axis(1, 1, 1, 1, 0, 0, 0, 0, 0);

        /** Returns how many source elements a window reaches over. */
        long extent() {
            return (kernel - 1) * (dilates + 1) + 1;
        }

        /** Where in the source the last window begins; beyond its end if it lies wholly in the padding. */
        long lastWindowStart() {
            return (dst - 1) * stride - paddingL;
        }

        /**
         * Whether an output of a regular layer may meet no source element: its window lies left or right of the source, or the source between
         * two of its elements.
         */
        boolean mayMissSource() {
            return paddingL >= extent() || lastWindowStart() >= src || dilates >= src;
        }
    }

    /** Translates a problem. */
    static ForwardShape of(ConvolutionProblem problem) {
        ConvolutionDescriptor layer = problem.descriptor();
        return new ForwardShape(
                layer.transposed(),
                false,
                problem.minibatch(),
                layer.inputChannels(),
                layer.outputChannels(),
                layer.inputChannels() / layer.groups(),
                problem.axes().stream()
                        .map(layer.transposed() ? ForwardShape::transposedAxis : ForwardShape::axis)
                        .toList());
    }

    private static Axis axis(AxisGeometry axis) {
        return new Axis(
                axis.src(),
                axis.dst(),
                axis.kernel(),
                stride(axis, axis.dst(), axis.paddingR()),
                dilates(axis),
                axis.paddingL(),
                axis.paddingR(),
                0,
                0);
    }

    /**
     * oneDNN takes no output padding of a stride or more, which dilation may allow. It is as if zeros followed the source, so those are
     * framed: each makes the output a stride longer.
     */
    private static Axis transposedAxis(AxisGeometry axis) {
        long zeros = Math.max(0, -axis.paddingR()) / axis.stride();
        long paddingR = axis.paddingR() + zeros * axis.stride();
        return new Axis(
                axis.src() + zeros,
                axis.dst(),
                axis.kernel(),
                stride(axis, axis.src() + zeros, paddingR),
                dilates(axis),
                axis.paddingL(),
                paddingR,
                0,
                zeros);
    }

    /**
     * Returns the stride, or if it is too long for oneDNN and nothing depends on it, there being one step, the shortest that oneDNN takes
     * beside such padding.
     */
    private static long stride(AxisGeometry axis, long steps, long paddingR) {
        return steps == 1 && axis.stride() > Axis.MOST_STRIDE ? Math.max(1, 1 - paddingR) : axis.stride();
    }

    /** Returns oneDNN's dilation; none for a single tap, whose dilation may be any number. */
    private static long dilates(AxisGeometry axis) {
        return axis.kernel() == 1 ? 0 : axis.dilation() - 1;
    }

    /**
     * Returns whether {@link #asRegular} can say this transposed convolution: strides are 1, and no more is cut off than the padding of a
     * regular one can express.
     */
    boolean canBeRegular() {
        return transposed
                && axes.stream()
                        .allMatch(axis -> axis.stride() == 1
                                && axis.paddingL() < axis.extent()
                                && axis.paddingR() < axis.extent());
    }

    /**
     * Returns the regular convolution with turned windows that a transposed one of stride 1 is (Dumoulin and Visin, <em>A guide to
     * convolution arithmetic for deep learning</em>, 2016, relationship 9).
     */
    ForwardShape asRegular() {
        UnaryOperator<Axis> regular = axis -> new Axis(
                axis.src(),
                axis.dst(),
                axis.kernel(),
                1,
                axis.dilates(),
                axis.extent() - 1 - axis.paddingL(),
                axis.extent() - 1 - axis.paddingR(),
                axis.frameL(),
                axis.frameR());
        return new ForwardShape(
                false,
                !turned,
                minibatch,
                inputChannels,
                outputChannels,
                inputsPerGroup,
                axes.stream().map(regular).toList());
    }

    /** Returns {@code [MB, IC, spatial…]} of the source, a frame included. */
    long[] src() {
        return tensor(minibatch, inputChannels, Axis::src);
    }

    /** Returns {@code [MB, OC, spatial…]} of the destination. */
    long[] dst() {
        return tensor(minibatch, outputChannels, Axis::dst);
    }

    /** Returns where the source lies in its frame, all axes. */
    long[] frameOffsets() {
        return tensor(0, 0, Axis::frameL);
    }

    /** Returns whether the source must be copied into a frame of zeros. */
    boolean isFramed() {
        return axes.stream().anyMatch(axis -> axis.frameL() + axis.frameR() > 0);
    }

    private long[] tensor(long images, long channels, ToLongFunction<Axis> extent) {
        var extents = new long[2 + axes.size()];
        extents[0] = images;
        extents[1] = channels;
        System.arraycopy(perAxis(extent), 0, extents, 2, axes.size());
        return extents;
    }

    /** Returns one number of each spatial axis. */
    long[] perAxis(ToLongFunction<Axis> number) {
        return axes.stream().mapToLong(number).toArray();
    }

    /** Returns W, the last spatial axis. */
    Axis w() {
        return axes.get(axes.size() - 1);
    }

    /** Returns H, or {@link Axis#NONE}. */
    Axis h() {
        return axes.size() < 2 ? Axis.NONE : axes.get(axes.size() - 2);
    }

    /** Returns D, or {@link Axis#NONE}. */
    Axis d() {
        return axes.size() < 3 ? Axis.NONE : axes.get(0);
    }
}
