package io.github.faltung.reference;

import io.github.faltung.convolution.AxisGeometry;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Quantization;

/**
 * One output element after the other, from the definition:
 *
 * <pre>
 * regular     y[n, o, p] = Σ over i, k of x[n, i, p·stride − paddingL + k·dilation] · w[o, i, k]
 * transposed  y[n, o, p] = Σ over i, k of x[n, i, (p + paddingL − k·dilation) / stride] · w[i, o, k], where that divides evenly
 * </pre>
 *
 * <p>with x = 0 outside the source, i over the channels of o's group, and k over the window. A product of two floats is exact in
 * double precision. The transposed formula is the adjoint of the regular one. Of integers, x and w are what they are more than their
 * zero points, and the sum, which is exact, is scaled; see {@link Quantization}. For one thread.
 */
final class ReferenceForward {
    private final Elements src;
    private final float[] weights;
    private final float[] bias;
    private final boolean transposed;
    private final boolean flipped;
    private final int outputChannels;
    private final int inputChannels;
    private final int inputsPerGroup;
    private final int outputsPerGroup;
    private final boolean integer;
    private final Quantization quantization;
    private final AxisGeometry d;
    private final AxisGeometry h;
    private final AxisGeometry w;

    private double sum;
    private double magnitude;
    private long products;

    ReferenceForward(ConvolutionProblem problem, Elements src, float[] weights, float[] bias) {
        ConvolutionDescriptor layer = problem.descriptor();
        var single = new AxisGeometry(1, 1, 1, 1, 1, 1, 0, 0);
        int rank = layer.spatialRank();
        this.src = src;
        this.weights = weights;
        this.bias = bias;
        this.transposed = layer.transposed();
        this.flipped = layer.flipKernel();
        this.inputChannels = layer.inputChannels();
        this.outputChannels = layer.outputChannels();
        this.inputsPerGroup = inputChannels / layer.groups();
        this.outputsPerGroup = outputChannels / layer.groups();
        this.integer = layer.types().isInteger();
        this.quantization = layer.quantization();
        this.d = rank < 3 ? single : problem.axis(rank - 3);
        this.h = rank < 2 ? single : problem.axis(rank - 2);
        this.w = problem.axis(rank - 1);
    }

    /**
     * Computes Σx·w + bias, Σ|x·w| + |bias| and the number of products. The sum of integers is one term: no part of it is ever rounded.
     *
     * @param output the element's position in channels-first order
     */
    void accumulate(long output) {
        long ow = output % w.dst();
        long oh = output / w.dst() % h.dst();
        long od = output / w.dst() / h.dst() % d.dst();
        long channelAndImage = output / w.dst() / h.dst() / d.dst();
        int oc = (int) (channelAndImage % outputChannels);
        long mb = channelAndImage / outputChannels;
        int group = oc / outputsPerGroup;
        int srcZero = quantization.srcZeroPoint();
        int weightsZero = quantization.weightsZeroPoint(oc);

        sum = 0;
        magnitude = 0;
        products = 0;
        for (int ic = group * inputsPerGroup; ic < (group + 1) * inputsPerGroup; ic++) {
            for (int kd = 0; kd < d.kernel(); kd++) {
                long id = source(d, od, kd);
                for (int kh = 0; kh < h.kernel() && id >= 0; kh++) {
                    long ih = source(h, oh, kh);
                    for (int kw = 0; kw < w.kernel() && ih >= 0; kw++) {
                        long iw = source(w, ow, kw);
                        if (iw >= 0) {
                            long position = (((mb * inputChannels + ic) * d.src() + id) * h.src() + ih) * w.src() + iw;
                            double weight = weights[weight(oc, ic, kd, kh, kw)];
                            double product = ((double) src.at(position) - srcZero) * (weight - weightsZero);
                            sum += product;
                            magnitude += Math.abs(product);
                            products++;
                        }
                    }
                }
            }
        }
        double scale = quantization.sumScale(oc);
        sum *= scale;
        magnitude = integer ? Math.abs(sum) : magnitude;
        if (bias.length > 0) {
            sum += bias[oc];
            magnitude += Math.abs(bias[oc]);
        }
    }

    /** Returns the source position under a tap of the window, or −1 where there is none. */
    private long source(AxisGeometry axis, long output, int tap) {
        int k = flipped ? axis.kernel() - 1 - tap : tap;
        long position;
        if (transposed) {
            long reached = output + axis.paddingL() - (long) k * axis.dilation();
            position = reached % axis.stride() == 0 ? reached / axis.stride() : -1;
        } else {
            position = output * axis.stride() - axis.paddingL() + (long) k * axis.dilation();
        }
        return position < axis.src() ? position : -1;
    }

    private int weight(int oc, int ic, int kd, int kh, int kw) {
        int slow = transposed ? ic : oc;
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
