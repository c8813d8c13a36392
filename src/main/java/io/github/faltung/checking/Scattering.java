package io.github.faltung.checking;

import io.github.faltung.convolution.AxisGeometry;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Evaluation;
import io.github.faltung.convolution.PostOp;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * The sums of a whole output, collected source element by source element: {@code y[reached(i, k)] += x[i] · w[k]}. For one thread.
 *
 * <p>Along one axis element i reaches, with tap k, {@code (i + paddingL − k·dilation) / stride} where that is whole, in a transposed layer
 * {@code i·stride + k·dilation − paddingL}.
 */
final class Scattering {
    private static final int NOWHERE = -1;

    private final ConvolutionProblem problem;
    private final ConvolutionDescriptor layer;
    private final float[] weights;
    private final double[] sums;
    private final double[] magnitudes;
    private final long[] products;
    private final int channelVolume;

    Scattering(ConvolutionProblem problem, float[] weights, float[] bias) {
        int outputs = Math.toIntExact(problem.dstDims().elements());
        this.problem = problem;
        this.layer = problem.descriptor();
        this.weights = weights;
        this.sums = new double[outputs];
        this.magnitudes = new double[outputs];
        this.products = new long[outputs];
        this.channelVolume = outputs / problem.minibatch() / layer.outputChannels();
        for (int i = 0; bias.length > 0 && i < outputs; i++) {
            sums[i] = bias[i / channelVolume % bias.length];
            magnitudes[i] = Math.abs(sums[i]);
        }
    }

    void scatter(float[] src) {
        int taps = (int) Taps.of(layer).kernelVolume();
        int places = src.length / problem.minibatch() / layer.inputChannels();
        for (int tap = 0; tap < taps; tap++) {
            for (int place = 0; place < places; place++) {
                int reached = reached(place, tap);
                if (reached != NOWHERE) {
                    scatterChannels(src, place, places, tap, taps, reached);
                }
            }
        }
    }

    /** The place in an output channel that a place in a source channel reaches with a tap. */
    private int reached(int place, int tap) {
        long reached = 0;
        long scale = 1;
        for (int i = layer.spatialRank() - 1; i >= 0; i--) {
            AxisGeometry axis = problem.axis(i);
            long position = place % axis.src();
            long k = tap % axis.kernel();
            long turned = (layer.flipKernel() ? axis.kernel() - 1 - k : k) * axis.dilation();
            long target = layer.transposed()
                    ? position * axis.stride() + turned - axis.paddingL()
                    : Math.floorDiv(position + axis.paddingL() - turned, axis.stride());
            boolean whole =
                    layer.transposed() || Math.floorMod(position + axis.paddingL() - turned, axis.stride()) == 0;
            if (!whole || target < 0 || target >= axis.dst()) {
                return NOWHERE;
            }
            reached += target * scale;
            scale *= axis.dst();
            place /= (int) axis.src();
            tap /= axis.kernel();
        }
        return (int) reached;
    }

    private void scatterChannels(float[] src, int place, int places, int tap, int taps, int reached) {
        int inputs = layer.inputChannels() / layer.groups();
        int outputs = layer.outputChannels() / layer.groups();
        for (int image = 0; image < problem.minibatch(); image++) {
            for (int group = 0; group < layer.groups(); group++) {
                for (int i = 0; i < inputs; i++) {
                    float x = src[(image * layer.inputChannels() + group * inputs + i) * places + place];
                    for (int o = 0; o < outputs; o++) {
                        int pair = layer.transposed()
                                ? (group * inputs + i) * outputs + o
                                : (group * outputs + o) * inputs + i;
                        int output = (image * layer.outputChannels() + group * outputs + o) * channelVolume + reached;
                        add(output, (double) x * weights[pair * taps + tap]);
                    }
                }
            }
        }
    }

    private void add(int output, double product) {
        sums[output] += product;
        magnitudes[output] += Math.abs(product);
        products[output]++;
    }

    /**
     * Returns some of the outputs, after the post-ops.
     *
     * @param before what the destination held; empty if nothing reads it
     */
    Evaluation evaluation(long[] outputs, float[] before) {
        int count = outputs.length;
        var picked = new double[count];
        var pickedMagnitudes = new double[count];
        var pickedProducts = new long[count];
        for (int i = 0; i < count; i++) {
            int output = (int) outputs[i];
            picked[i] = sums[output];
            pickedMagnitudes[i] = magnitudes[output];
            pickedProducts[i] = products[output];
        }
        List<double[]> stages = new ArrayList<>();
        stages.add(picked);
        List<double[]> operands = new ArrayList<>();
        for (PostOp postOp : layer.postOps()) {
            operands.add(operands(postOp, outputs, before));
            stages.add(WitnessPostOp.apply(postOp, stages.get(stages.size() - 1), operands.get(operands.size() - 1)));
        }
        return new Evaluation(pickedMagnitudes, pickedProducts, stages, operands);
    }

    private double[] operands(PostOp postOp, long[] outputs, float[] before) {
        if (postOp instanceof PostOp.Sum) {
            return LongStream.of(outputs)
                    .mapToDouble(output -> before[(int) output])
                    .toArray();
        }
        if (postOp instanceof PostOp.PerChannel constant) {
            double[] all = WitnessPostOp.ofChannels(constant, layer.outputChannels(), channelVolume, sums.length);
            return LongStream.of(outputs)
                    .mapToDouble(output -> all[(int) output])
                    .toArray();
        }
        return new double[0];
    }
}
