package io.github.faltung.reference;

import io.github.faltung.convolution.AxisGeometry;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.DeformableArguments;
import io.github.faltung.convolution.DeformableEvaluator;
import io.github.faltung.convolution.DeformableProblem;
import org.jspecify.annotations.Nullable;

/**
 * One output element of a deformable layer after the other, from the definition in {@link
 * io.github.faltung.convolution.DeformableConvolution}. For one thread.
 */
final class ReferenceDeformableForward {
    private final Elements src;
    private final Elements offsets;
    private final @Nullable Elements mask;
    private final float[] weights;
    private final float[] bias;
    private final int inputChannels;
    private final int outputChannels;
    private final int inputsPerGroup;
    private final int outputsPerGroup;
    private final int inputsPerOffset;
    private final int offsetGroups;
    private final AxisGeometry h;
    private final AxisGeometry w;

    private double sum;
    private double magnitude;
    private long products;

    /** The sample that {@link #sample} has found, and Σ coefficient·|x| over its corners. */
    private double sample;

    private double sampleMagnitude;

    ReferenceDeformableForward(
            DeformableProblem problem, DeformableArguments arguments, float[] weights, float[] bias, int outputs) {
        ConvolutionDescriptor layer = problem.descriptor().convolution();
        this.inputChannels = layer.inputChannels();
        this.outputChannels = layer.outputChannels();
        this.inputsPerGroup = inputChannels / layer.groups();
        this.outputsPerGroup = outputChannels / layer.groups();
        this.offsetGroups = problem.descriptor().offsetGroups();
        this.inputsPerOffset = inputChannels / offsetGroups;
        this.h = problem.convolution().axis(0);
        this.w = problem.convolution().axis(1);
        double taps = (double) outputs * problem.descriptor().taps();
        this.src = Elements.of(arguments.src(), 4 * taps * inputsPerGroup);
        this.offsets = Elements.of(arguments.offsets(), 2 * taps);
        this.mask = arguments.mask() == null ? null : Elements.of(arguments.mask(), taps);
        this.weights = weights;
        this.bias = bias;
    }

    /**
     * Computes Σx·w + bias, Σ|x·w| + |bias| and the number of products.
     *
     * @param output the element's position in channels-first order
     */
    void accumulate(long output) {
        long ow = output % w.dst();
        long oh = output / w.dst() % h.dst();
        int oc = (int) (output / w.dst() / h.dst() % outputChannels);
        long mb = output / w.dst() / h.dst() / outputChannels;
        int group = oc / outputsPerGroup;

        sum = bias.length == 0 ? 0 : bias[oc];
        magnitude = Math.abs(sum);
        products = 0;
        for (int ic = group * inputsPerGroup; ic < (group + 1) * inputsPerGroup; ic++) {
            long plane = (mb * inputChannels + ic) * h.src() * w.src();
            for (int kh = 0; kh < h.kernel(); kh++) {
                for (int kw = 0; kw < w.kernel(); kw++) {
                    long tap = ((long) (ic / inputsPerOffset) * h.kernel() + kh) * w.kernel() + kw;
                    float y = position(h, oh, kh) + offset(mb, 2 * tap, oh, ow);
                    float x = position(w, ow, kw) + offset(mb, 2 * tap + 1, oh, ow);
                    if (y > -1 && y < (double) h.src() && x > -1 && x < (double) w.src()) {
                        double m = mask == null ? 1 : mask.at(place(mb, offsetGroups, tap, oh, ow));
                        int weight = ((oc * inputsPerGroup + ic % inputsPerGroup) * h.kernel() + kh) * w.kernel() + kw;
                        sample(plane, y, x, m);
                        sum += sample * weights[weight];
                        magnitude += sampleMagnitude * Math.abs(weights[weight]);
                        products++;
                    }
                }
            }
        }
    }

    /** The whole number that the offset is added to. */
    private static float position(AxisGeometry axis, long output, int tap) {
        return output * axis.stride() - axis.paddingL() + (long) tap * axis.dilation();
    }

    private float offset(long mb, long channel, long oh, long ow) {
        return offsets.at(place(mb, 2 * offsetGroups, channel, oh, ow));
    }

    /** The position of an element of a tensor with some numbers for each tap of a window. */
    private long place(long mb, int perTap, long channel, long oh, long ow) {
        long channels = (long) perTap * h.kernel() * w.kernel();
        return ((mb * channels + channel) * h.dst() + oh) * w.dst() + ow;
    }

    private void sample(long plane, double y, double x, double m) {
        long y0 = (long) Math.floor(y);
        long x0 = (long) Math.floor(x);
        sample = 0;
        sampleMagnitude = DeformableEvaluator.UNDERFLOW;
        addCorner(plane, y0, x0, (1 - (y - y0)) * (1 - (x - x0)), m);
        addCorner(plane, y0, x0 + 1, (1 - (y - y0)) * (x - x0), m);
        addCorner(plane, y0 + 1, x0, (y - y0) * (1 - (x - x0)), m);
        addCorner(plane, y0 + 1, x0 + 1, (y - y0) * (x - x0), m);
    }

    private void addCorner(long plane, long y, long x, double coefficient, double m) {
        if (y >= 0 && y < h.src() && x >= 0 && x < w.src()) {
            double value = src.at(plane + y * w.src() + x);
            sample += coefficient * m * value;
            double least = DeformableEvaluator.UNDERFLOW * (1 + Math.abs(m));
            sampleMagnitude += (coefficient * Math.abs(m) + least) * Math.abs(value);
        }
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
