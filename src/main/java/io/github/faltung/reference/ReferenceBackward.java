package io.github.faltung.reference;

import io.github.faltung.convolution.AxisGeometry;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;

/**
 * One element of a gradient after the other, from the definition: with y = forward(x, w) + b and the loss's gradient dy by y,
 *
 * <pre>
 * dx[n, i, q]    = Σ over o, k of dy[n, o, p] · w[o, i, k]
 * dw[o, i, k]    = Σ over n, q of dy[n, o, p] · x[n, i, q]
 * db[o]          = Σ over n, p of dy[n, o, p]
 * </pre>
 *
 * <p>where p is the output that tap k of a window connects with source element q, if there is one: p·stride − paddingL + k·dilation = q in
 * a regular layer, and p + paddingL − k·dilation = q·stride in a transposed one. For one thread.
 */
final class ReferenceBackward {
    private final boolean transposed;
    private final boolean flipped;
    private final long minibatch;
    private final int inputChannels;
    private final int outputChannels;
    private final int inputsPerGroup;
    private final int outputsPerGroup;
    private final AxisGeometry d;
    private final AxisGeometry h;
    private final AxisGeometry w;

    private double sum;
    private double magnitude;
    private long products;

    ReferenceBackward(ConvolutionProblem problem) {
        ConvolutionDescriptor layer = problem.descriptor();
        var single = new AxisGeometry(1, 1, 1, 1, 1, 1, 0, 0);
        int rank = layer.spatialRank();
        this.transposed = layer.transposed();
        this.flipped = layer.flipKernel();
        this.minibatch = problem.minibatch();
        this.inputChannels = layer.inputChannels();
        this.outputChannels = layer.outputChannels();
        this.inputsPerGroup = inputChannels / layer.groups();
        this.outputsPerGroup = outputChannels / layer.groups();
        this.d = rank < 3 ? single : problem.axis(rank - 3);
        this.h = rank < 2 ? single : problem.axis(rank - 2);
        this.w = problem.axis(rank - 1);
    }

    /** Computes an element of the gradient by the source, at a position in channels-first order. */
    void accumulateData(Elements weights, Elements diffDst, long position) {
        begin();
        long qw = position % w.src();
        long qh = position / w.src() % h.src();
        long qd = position / w.src() / h.src() % d.src();
        long channelAndImage = position / w.src() / h.src() / d.src();
        int ic = (int) (channelAndImage % inputChannels);
        long mb = channelAndImage / inputChannels;
        int group = ic / inputsPerGroup;
        for (int oc = group * outputsPerGroup; oc < (group + 1) * outputsPerGroup; oc++) {
            for (int kd = 0; kd < d.kernel(); kd++) {
                long pd = output(d, qd, kd);
                for (int kh = 0; kh < h.kernel() && pd >= 0; kh++) {
                    long ph = output(h, qh, kh);
                    for (int kw = 0; kw < w.kernel() && ph >= 0; kw++) {
                        long pw = output(w, qw, kw);
                        if (pw >= 0) {
                            add(diffDst.at(dst(mb, oc, pd, ph, pw)), weights.at(weight(oc, ic, kd, kh, kw)));
                        }
                    }
                }
            }
        }
    }

    /** Computes an element of the gradient by the weights, at a position in channels-first order. */
    void accumulateWeights(Elements src, Elements diffDst, long position) {
        begin();
        int kw = (int) (position % w.kernel());
        int kh = (int) (position / w.kernel() % h.kernel());
        int kd = (int) (position / w.kernel() / h.kernel() % d.kernel());
        long channels = position / w.kernel() / h.kernel() / d.kernel();
        int fastExtent = transposed ? outputsPerGroup : inputsPerGroup;
        int slow = (int) (channels / fastExtent);
        int fast = (int) (channels % fastExtent);
        int ic = transposed ? slow : slow / outputsPerGroup * inputsPerGroup + fast;
        int oc = transposed ? slow / inputsPerGroup * outputsPerGroup + fast : slow;
        for (long mb = 0; mb < minibatch; mb++) {
            for (long qd = 0; qd < d.src(); qd++) {
                long pd = output(d, qd, kd);
                for (long qh = 0; qh < h.src() && pd >= 0; qh++) {
                    long ph = output(h, qh, kh);
                    for (long qw = 0; qw < w.src() && ph >= 0; qw++) {
                        long pw = output(w, qw, kw);
                        if (pw >= 0) {
                            add(diffDst.at(dst(mb, oc, pd, ph, pw)), src.at(src(mb, ic, qd, qh, qw)));
                        }
                    }
                }
            }
        }
    }

    /** Computes an element of the gradient by the bias. */
    void accumulateBias(Elements diffDst, int oc) {
        begin();
        long plane = d.dst() * h.dst() * w.dst();
        for (long mb = 0; mb < minibatch; mb++) {
            for (long i = 0; i < plane; i++) {
                add(diffDst.at((mb * outputChannels + oc) * plane + i), 1);
            }
        }
    }

    private void begin() {
        sum = 0;
        magnitude = 0;
        products = 0;
    }

    private void add(float a, float b) {
        double product = (double) a * b; // exact
        sum += product;
        magnitude += Math.abs(product);
        products++;
    }

    /** Returns the output position that a tap connects with a source position, or −1 where there is none. */
    private long output(AxisGeometry axis, long source, int tap) {
        long k = (long) (flipped ? axis.kernel() - 1 - tap : tap) * axis.dilation();
        long position;
        if (transposed) {
            position = source * axis.stride() - axis.paddingL() + k;
        } else {
            long reached = source + axis.paddingL() - k;
            position = reached % axis.stride() == 0 ? reached / axis.stride() : -1;
        }
        return position < axis.dst() ? position : -1;
    }

    private long dst(long mb, int oc, long pd, long ph, long pw) {
        return (((mb * outputChannels + oc) * d.dst() + pd) * h.dst() + ph) * w.dst() + pw;
    }

    private long src(long mb, int ic, long qd, long qh, long qw) {
        return (((mb * inputChannels + ic) * d.src() + qd) * h.src() + qh) * w.src() + qw;
    }

    private long weight(int oc, int ic, int kd, int kh, int kw) {
        long slow = transposed ? ic : oc;
        int fast = transposed ? oc % outputsPerGroup : ic % inputsPerGroup;
        int fastExtent = transposed ? outputsPerGroup : inputsPerGroup;
        return (((slow * fastExtent + fast) * d.kernel() + kd) * h.kernel() + kh) * w.kernel() + kw;
    }

    double sum() {
        return sum;
    }

    double magnitude() {
        return magnitude;
    }

    long products() {
        return products;
    }
}
