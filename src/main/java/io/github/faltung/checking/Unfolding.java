package io.github.faltung.checking;

import io.github.faltung.convolution.AxisGeometry;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;

/**
 * im2col and its adjoint col2im (Chellapilla, Puri and Simard, <em>High Performance Convolutional Neural Networks for Document
 * Processing</em>, 2006): the columns matrix has a row for each channel and tap and a column for each window; {@link #unfold} copies each
 * element to all its places there, {@link #fold} adds them up again. The windows lie over the source of a regular layer and over the
 * output of a transposed one.
 */
final class Unfolding {
    private static final int OUTSIDE = -1;

    private final int taps;
    private final int windows;
    private final int elements;
    /** For each tap and window, the element under it in a channel. */
    private final int[] elementAt;

    Unfolding(ConvolutionProblem problem) {
        ConvolutionDescriptor layer = problem.descriptor();
        int[] table = {0};
        int tapCount = 1;
        int windowCount = 1;
        int elementCount = 1;
        for (AxisGeometry axis : problem.axes()) {
            int axisWindows = (int) (layer.transposed() ? axis.src() : axis.dst());
            int axisElements = (int) (layer.transposed() ? axis.dst() : axis.src());
            var next = new int[table.length * axis.kernel() * axisWindows];
            for (int i = 0; i < next.length; i++) {
                int window = i % axisWindows;
                int k = i / axisWindows / windowCount % axis.kernel();
                int before =
                        i / axisWindows % windowCount + i / axisWindows / windowCount / axis.kernel() * windowCount;
                int turned = layer.flipKernel() ? axis.kernel() - 1 - k : k;
                long element = (long) window * axis.stride() + (long) turned * axis.dilation() - axis.paddingL();
                boolean inside = table[before] != OUTSIDE && element >= 0 && element < axisElements;
                next[i] = inside ? table[before] * axisElements + (int) element : OUTSIDE;
            }
            table = next;
            tapCount *= axis.kernel();
            windowCount *= axisWindows;
            elementCount *= axisElements;
        }
        this.elementAt = table;
        this.taps = tapCount;
        this.windows = windowCount;
        this.elements = elementCount;
    }

    int taps() {
        return taps;
    }

    int windows() {
        return windows;
    }

    int elements() {
        return elements;
    }

    /** Returns the columns of some channels: {@code [channels·taps, windows]}, 0 where a window reaches outside. */
    double[] unfold(float[] x, int firstChannel, int channels) {
        var columns = new double[channels * taps * windows];
        for (int i = 0; i < columns.length; i++) {
            int element = elementAt[i % elementAt.length];
            columns[i] = element == OUTSIDE ? 0 : x[(firstChannel + i / elementAt.length) * elements + element];
        }
        return columns;
    }

    /** Adds columns up where they overlap. */
    void fold(double[] columns, double[] y, int firstChannel) {
        for (int i = 0; i < columns.length; i++) {
            int element = elementAt[i % elementAt.length];
            if (element != OUTSIDE) {
                y[(firstChannel + i / elementAt.length) * elements + element] += columns[i];
            }
        }
    }
}
