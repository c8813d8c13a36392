package io.github.faltung.reference;

import io.github.faltung.convolution.PoolingAxis;
import io.github.faltung.convolution.PoolingProblem;

/**
 * One window of a source after the other: its elements are those x[n, c, p·stride − paddingL + k·dilation], k over the kernel, that
 * lie in the source. For one thread.
 */
final class ReferenceWindows {
    private final Elements src;
    private final boolean countIncludePad;
    private final PoolingAxis d;
    private final PoolingAxis h;
    private final PoolingAxis w;

    private double max;
    private double sum;
    private double magnitude;
    private long elements;
    private double divisor;

    ReferenceWindows(PoolingProblem problem, Elements src) {
        var single = new PoolingAxis(1, 1, 1, 1, 1, 0, 0);
        int rank = problem.descriptor().spatialRank();
        this.src = src;
        this.countIncludePad = problem.descriptor().countIncludePad();
        this.d = rank < 3 ? single : problem.axis(rank - 3);
        this.h = rank < 2 ? single : problem.axis(rank - 2);
        this.w = problem.axis(rank - 1);
    }

    /**
     * Looks at an output's window.
     *
     * @param output the element's position in channels-first order
     */
    void look(long output) {
        long ow = output % w.dst();
        long oh = output / w.dst() % h.dst();
        long od = output / w.dst() / h.dst() % d.dst();
        long channelAndImage = output / w.dst() / h.dst() / d.dst();
        max = Double.NEGATIVE_INFINITY;
        sum = 0;
        magnitude = 0;
        elements = 0;
        for (int kd = 0; kd < d.kernel(); kd++) {
            long id = source(d, od, kd);
            for (int kh = 0; kh < h.kernel() && id >= 0; kh++) {
                long ih = source(h, oh, kh);
                for (int kw = 0; kw < w.kernel() && ih >= 0; kw++) {
                    long iw = source(w, ow, kw);
                    if (iw >= 0) {
                        double x = src.at(((channelAndImage * d.src() + id) * h.src() + ih) * w.src() + iw);
                        max = Math.max(max, x);
                        sum += x;
                        magnitude += Math.abs(x);
                        elements++;
                    }
                }
            }
        }
        divisor = countIncludePad ? (double) d.inPadded(od) * h.inPadded(oh) * w.inPadded(ow) : elements;
    }

    /** Returns the source position under an element of the window, or −1 where there is none. */
    private static long source(PoolingAxis axis, long output, int element) {
        long position = axis.start(output) + (long) element * axis.dilation();
        return position >= 0 && position < axis.src() ? position : -1;
    }

    /** Returns the largest element; NaN if there is one. */
    double max() {
        return max;
    }

    double sum() {
        return sum;
    }

    /** Returns Σ|x|. */
    double magnitude() {
        return magnitude;
    }

    /** Returns how many elements of the window lie in the source. */
    long elements() {
        return elements;
    }

    /** Returns by what a mean divides. */
    double divisor() {
        return divisor;
    }
}
