package io.github.faltung.convolution;

/**
 * One spatial axis of a problem, with every number resolved.
 *
 * @param src the source's extent
 * @param dst the output's extent
 * @param kernel the window size
 * @param stride the step between windows
 * @param dilation the step between taps; 1 is dense
 * @param extent what a window reaches over: {@code (kernel − 1)·dilation + 1}
 * @param paddingL zeros before the source; in a transposed layer, output cut off at the start
 * @param paddingR zeros after the source that a window reaches, or negative: source elements at the end that none does; in a
 *     transposed layer, output cut off at the end, or negative: output added there
 */
public record AxisGeometry(
        long src, long dst, int kernel, int stride, int dilation, long extent, long paddingL, long paddingR) {}
