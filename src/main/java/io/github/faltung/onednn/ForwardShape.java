package io.github.faltung.onednn;

import io.github.faltung.convolution.AxisGeometry;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import java.util.List;

/**
 * A problem in oneDNN's numbers. The one place where dilation turns into oneDNN's zero-based {@code dilates} and weights get an axis
 * for their groups.
 *
 * @param src {@code [MB, IC, spatial…]}
 * @param weights {@code [OC, IC, k…]}, or {@code [G, OC/G, IC/G, k…]} if there are groups; transposed layers too
 * @param weightsStrides of weights that lie in Faltung's order: {@code [OC, IC/G, k…]}, transposed {@code [IC, OC/G, k…]}
 * @param dst {@code [MB, OC, spatial…]}
 * @param paddingL per spatial axis
 * @param paddingR per spatial axis; may be negative
 * @param frameL zeros to be put before the source physically, per spatial axis; {@code src} counts them
 * @param frameR zeros to be put after it
 */
record ForwardShape(
        boolean transposed,
        long[] src,
        long[] weights,
        long[] weightsStrides,
        long[] dst,
        long[] strides,
        long[] dilates,
        long[] paddingL,
        long[] paddingR,
        long[] frameL,
        long[] frameR) {

    /** Translates a problem as it is, without a frame. */
    static ForwardShape of(ConvolutionProblem problem) {
        ConvolutionDescriptor layer = problem.descriptor();
        List<AxisGeometry> axes = problem.axes();
        int rank = axes.size();
        return new ForwardShape(
                layer.transposed(),
                problem.srcDims().toArray(),
                weights(layer),
                weightsStrides(layer),
                problem.dstDims().toArray(),
                axes.stream().mapToLong(AxisGeometry::stride).toArray(),
                axes.stream().mapToLong(axis -> axis.dilation() - 1).toArray(),
                axes.stream().mapToLong(AxisGeometry::paddingL).toArray(),
                axes.stream().mapToLong(AxisGeometry::paddingR).toArray(),
                new long[rank],
                new long[rank]);
    }

    /** The extents of an axis for the groups, if there is more than one, of outputs, of inputs and of the window. */
    static long[] weights(ConvolutionDescriptor layer) {
        int g = layer.groups();
        return withGroups(g, g, layer.outputChannels() / g, layer.inputChannels() / g, window(layer));
    }

    static long[] weightsStrides(ConvolutionDescriptor layer) {
        int g = layer.groups();
        long ocPerGroup = layer.outputChannels() / g;
        long icPerGroup = layer.inputChannels() / g;
        long[] window = window(layer);
        long volume = 1;
        var steps = new long[window.length];
        for (int axis = window.length - 1; axis >= 0; axis--) {
            steps[axis] = volume;
            volume *= window[axis];
        }
        long oc = layer.transposed() ? volume : icPerGroup * volume;
        long ic = layer.transposed() ? ocPerGroup * volume : volume;
        return withGroups(g, ocPerGroup * icPerGroup * volume, oc, ic, steps);
    }

    private static long[] withGroups(int groups, long ofGroups, long ofOutputs, long ofInputs, long[] ofWindow) {
        int lead = groups > 1 ? 3 : 2;
        var values = new long[lead + ofWindow.length];
        values[0] = ofGroups;
        values[lead - 2] = ofOutputs;
        values[lead - 1] = ofInputs;
        System.arraycopy(ofWindow, 0, values, lead, ofWindow.length);
        return values;
    }

    private static long[] window(ConvolutionDescriptor layer) {
        return layer.kernel().stream().mapToLong(Integer::longValue).toArray();
    }

    /** Returns whether the source must be copied into a frame of zeros. */
    boolean isFramed() {
        for (int axis = 0; axis < frameL.length; axis++) {
            if (frameL[axis] != 0 || frameR[axis] != 0) {
                return true;
            }
        }
        return false;
    }

    /** Returns where the source lies in its frame, all axes. */
    long[] frameOffsets() {
        var offsets = new long[src.length];
        System.arraycopy(frameL, 0, offsets, 2, frameL.length);
        return offsets;
    }

    /** Returns the same convolution of a source that has zeros around it, which the padding then no longer has to supply. */
    ForwardShape framed(int axis, long before, long after) {
        long[] newSrc = src.clone();
        long[] newL = paddingL.clone();
        long[] newR = paddingR.clone();
        long[] newFrameL = frameL.clone();
        long[] newFrameR = frameR.clone();
        newSrc[2 + axis] += before + after;
        newFrameL[axis] += before;
        newFrameR[axis] += after;
        // A regular layer's window starts that much later; a transposed layer's source reaches that much further, times the stride.
        newL[axis] += transposed ? before * strides[axis] : -before;
        newR[axis] += transposed ? after * strides[axis] : -after;
        return new ForwardShape(
                transposed, newSrc, weights, weightsStrides, dst, strides, dilates, newL, newR, newFrameL, newFrameR);
    }
}
