package io.github.faltung.convolution;

/**
 * One spatial axis of a pooling problem, with every number resolved.
 *
 * @param src the source's extent
 * @param dst the output's extent, the number of windows
 * @param kernel the window size
 * @param stride the step between windows
 * @param dilation the step between a window's elements; 1 is dense
 * @param paddingL elements before the source
 * @param paddingR elements after the source, whether or not a window reaches them
 */
public record PoolingAxis(long src, long dst, int kernel, int stride, int dilation, long paddingL, long paddingR) {

    /** Returns what a window reaches over: {@code (kernel − 1)·dilation + 1}. */
    public long extent() {
        return Geometry.extent(kernel, dilation);
    }

    /** Returns where in the source a window begins; negative in the padding before it. */
    public long start(long window) {
        return window * stride - paddingL;
    }

    /** Returns how far the last window reaches beyond the source; negative if it ends before. */
    public long reach() {
        return start(dst - 1) + extent() - src;
    }

    /** Returns how far the last window reaches beyond the padded source, as only {@code ceilMode} lets it. */
    public long overhang() {
        return Math.max(0, reach() - paddingR);
    }

    /** Returns the first element of a window that does not lie before the source, from 0; the kernel's size if all do. */
    public long firstInSource(long window) {
        return start(window) >= 0 ? 0 : Math.min(kernel, (-start(window) - 1) / dilation + 1);
    }

    /** Returns how many elements of a window lie in the source. */
    public long inSource(long window) {
        return PoolingGeometry.within(start(window), kernel, dilation, src);
    }

    /** Returns how many elements of a window lie in the padded source. */
    public long inPadded(long window) {
        return PoolingGeometry.within(start(window), kernel, dilation, src + paddingR)
                + firstInSource(window); // those before the source are not before the padding
    }
}
