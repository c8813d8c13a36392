package io.github.faltung.cli;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionGradients;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Layer;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * Plain gradient descent for the weights that take a picture to what a known kernel made of it: the loss is the mean square of the
 * difference, the weights begin at 0, and each epoch is one step. For one thread.
 *
 * <p>The step is 2/tr(H), H being the loss's second derivative: since a positive matrix's largest eigenvalue is at most its trace, the loss
 * never rises (Nocedal and Wright, <em>Numerical Optimization</em>, 2nd edition, §3.3).
 */
final class Descent implements AutoCloseable {
    private final Deque<Tensor> tensors = new ArrayDeque<>();
    private final Deque<Layer> layers = new ArrayDeque<>();
    private final Tensor src;
    private final Tensor wanted;
    private final Tensor dst;
    private final Tensor diffDst;
    private final Tensor weights;
    private final Tensor diffWeights;
    private final Convolution layer;
    private final ConvolutionGradients gradients;
    private final float step;

    /**
     * Makes one.
     *
     * @param picture the elements of {@code [1, 1, H, W]}
     * @param kernel the weights to be found, as many as the layer has
     */
    Descent(Engine engine, ConvolutionDescriptor descriptor, float[] picture, Dims dims, float[] kernel) {
        Dims dstDims = new ConvolutionProblem(descriptor, dims).dstDims();
        try {
            src = made(Tensor.of(picture, dims));
            wanted = made(Tensor.allocate(dstDims));
            dst = made(Tensor.allocate(dstDims));
            diffDst = made(Tensor.allocate(dstDims));
            weights = made(Tensor.of(kernel, descriptor.weightsDims()));
            diffWeights = made(Tensor.allocate(descriptor.weightsDims()));
            layer = engine.convolution(descriptor, weights);
            layers.push(layer);
            gradients = engine.gradients(descriptor);
            layers.push(gradients);
            layer.forward(src, wanted);
            weights.copyFrom(new float[kernel.length], Layout.CHANNELS_FIRST);
            layer.updateWeights(weights, null);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
        double trace = trace(descriptor, picture, dims);
        step = trace == 0 ? 0 : (float) (2 / trace);
    }

    private Tensor made(Tensor tensor) {
        tensors.push(tensor);
        return tensor;
    }

    /** The loss is (1/N)·Σ(Σ w·x − t)², so its second derivative by one weight is (2/N)·Σx² over what the weight's tap sees. */
    private static double trace(ConvolutionDescriptor layer, float[] picture, Dims dims) {
        double trace = 0;
        int width = (int) dims.get(3);
        int rows = (int) layer.outputExtent(0, dims.get(2));
        int columns = (int) layer.outputExtent(1, width);
        for (int tap = 0; tap < layer.weightsDims().elements(); tap++) {
            int down = tap / layer.kernel().get(1);
            int right = tap % layer.kernel().get(1);
            for (int place = 0; place < rows * columns; place++) {
                double x = picture[(place / columns + down) * width + place % columns + right];
                trace += 2 * x * x / (rows * columns);
            }
        }
        return trace;
    }

    /** Takes one step; returns the loss before it. */
    double epoch() {
        layer.forward(src, dst);
        float[] difference = dst.toFloatArray();
        float[] target = wanted.toFloatArray();
        double loss = 0;
        for (int i = 0; i < difference.length; i++) {
            difference[i] -= target[i];
            loss += (double) difference[i] * difference[i] / difference.length;
            difference[i] *= 2f / difference.length;
        }
        diffDst.copyFrom(difference, Layout.CHANNELS_FIRST);
        gradients.backwardWeights(src, diffDst, diffWeights, null);
        float[] values = weights.toFloatArray();
        float[] slope = diffWeights.toFloatArray();
        for (int i = 0; i < values.length; i++) {
            values[i] -= step * slope[i];
        }
        weights.copyFrom(values, Layout.CHANNELS_FIRST);
        layer.updateWeights(weights, null);
        return loss;
    }

    /** Takes many steps; returns the loss before each. */
    double[] epochs(int count) {
        var losses = new double[count];
        Arrays.setAll(losses, i -> epoch());
        return losses;
    }

    /** Returns the weights so far. */
    float[] weights() {
        return weights.toFloatArray();
    }

    @Override
    public void close() {
        layers.forEach(Layer::close);
        tensors.forEach(Tensor::close);
    }
}
