package io.github.faltung.image;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Engine;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;

/**
 * Convolves strips so that each sample is that of the sum in double precision, though nearly all are computed in single precision: an f32
 * sum v lies within a bound b of the true one, so that where v − b and v + b become the same sample, it is the right one. The others are
 * computed again. Immutable, so thread-safe.
 *
 * <p>The bound is γₙ₊₁ · max|x| · Σ|w|, γₖ = k·u / (1 − k·u), u = 2⁻²⁴ (Higham, <em>Accuracy and Stability of Numerical Algorithms</em>, 2nd
 * edition, §3.1), and n times the least float for products that underflow. It is 0 if all partial sums are multiples of one power of two
 * and at most 2²⁴ of it, as with kernels of whole numbers or of sixteenths on 8-bit samples.
 */
final class ExactSums {
    private static final double ROUNDOFF = 0x1p-24;

    /** A sum that may be off by more seldom becomes a certain sample. */
    private static final double USELESS = 0.25;

    private final ImageKernel kernel;
    private final FilterLayers layers;
    private final double[] taps;
    private final double magnitude;
    private final double unit;
    /** By how much double-precision sums of bytes in two orders may differ. */
    private final double boundOfOrder;

    ExactSums(ImageKernel kernel, FilterLayers layers) {
        this.kernel = kernel;
        this.layers = layers;
        float[] weights = kernel.flipped().weights(); // as they are laid over the image
        this.taps = new double[weights.length];
        double sum = 0;
        double least = Double.MAX_VALUE;
        for (int i = 0; i < weights.length; i++) {
            taps[i] = weights[i];
            sum += Math.abs(taps[i]);
            least = Math.min(least, BytePass.lowestBit(weights[i]));
        }
        this.magnitude = sum;
        this.unit = least;
        this.boundOfOrder = Picture.WHITE * sum <= least * 0x1p53 ? 0 : 2 * taps.length * 0x1p-52 * Picture.WHITE * sum;
    }

    /**
     * Computes the samples of a strip's outputs.
     *
     * @param scales of each plane
     * @return {@code [planes, height − kernel height + 1, width − kernel width + 1]}
     * @throws IllegalStateException if the engine is closed
     */
    double[] samples(Strip strip, SampleScale[] scales) {
        int height = strip.height() - kernel.height() + 1;
        int width = strip.width() - kernel.width() + 1;
        var samples = new double[strip.planes() * height * width];
        double bound = bound(strip);
        float[] sums = bound < USELESS && scales[0].isStepped() ? floatSums(strip, samples.length) : new float[0];
        for (int plane = 0; plane < strip.planes(); plane++) {
            SampleScale scale = scales[plane];
            for (int y = 0; y < height; y++) {
                int row = (plane * height + y) * width;
                for (int x = 0; x < width; x++) {
                    samples[row + x] = sums.length > 0 && isCertain(sums[row + x], bound, scale)
                            ? scale.encode(sums[row + x])
                            : scale.encode(sum(
                                    strip.values(), (plane * strip.height() + y) * strip.width() + x, strip.width()));
                }
            }
        }
        return samples;
    }

    private static boolean isCertain(double sum, double bound, SampleScale scale) {
        return bound == 0 || scale.encode(sum - bound) == scale.encode(sum + bound);
    }

    private double bound(Strip strip) {
        double sum = strip.largest() * magnitude;
        if (sum <= unit * 0x1p24 && strip.isWhole()) {
            return 0;
        }
        double roundings = (taps.length + 1) * ROUNDOFF;
        double gamma = roundings < 1 ? roundings / (1 - roundings) : Double.POSITIVE_INFINITY;
        return gamma * sum * (1 + 0x1p-40) + taps.length * (double) Float.MIN_VALUE;
    }

    /** Returns the sums that a layer makes, or nothing if the values are not floats. */
    private float[] floatSums(Strip strip, int length) {
        float[] values = strip.toFloats();
        if (values.length == 0) {
            return values;
        }
        var sums = new float[length];
        Dims dims = Dims.of(strip.planes(), 1, strip.height(), strip.width());
        layers.use(kernel, this::layer, Convolution::close, layer -> layer.forward(values, dims, sums));
        return sums;
    }

    private Convolution layer(Engine engine) {
        ConvolutionDescriptor descriptor = ConvolutionDescriptor.conv2d(1, 1)
                .kernel(kernel.height(), kernel.width())
                .flipKernel()
                .build();
        try (Tensor weights = Tensor.of(kernel.weights(), descriptor.weightsDims())) {
            return engine.convolution(descriptor, weights);
        }
    }

    /**
     * Returns the right sample of a window of bytes' values.
     *
     * @param values of the window: its rows lie {@code rowLength} apart, from {@code first} on
     */
    double sample(double[] values, int first, int rowLength, SampleScale scale) {
        double sum = sumInAnyOrder(values, first, rowLength);
        return scale.encode(sum - boundOfOrder) == scale.encode(sum + boundOfOrder)
                ? scale.encode(sum)
                : scale.encode(sum(values, first, rowLength));
    }

    /** Returns a sum that is off by no more than the order makes out: of several sums, none of which waits for another. */
    private double sumInAnyOrder(double[] values, int first, int rowLength) {
        int width = kernel.width();
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        for (int y = 0; y < kernel.height(); y++) {
            int tap = y * width;
            int at = first + y * rowLength;
            int x = 0;
            for (; x < width - 3; x += 4) {
                a += taps[tap + x] * values[at + x];
                b += taps[tap + x + 1] * values[at + x + 1];
                c += taps[tap + x + 2] * values[at + x + 2];
                d += taps[tap + x + 3] * values[at + x + 3];
            }
            for (; x < width; x++) {
                a += taps[tap + x] * values[at + x];
            }
        }
        return a + b + (c + d);
    }

    /** The definition of right: the sum of the products row by row, in double precision. */
    private double sum(double[] values, int first, int rowLength) {
        double sum = 0;
        for (int y = 0; y < kernel.height(); y++) {
            int row = first + y * rowLength;
            for (int x = 0; x < kernel.width(); x++) {
                sum += taps[y * kernel.width() + x] * values[row + x];
            }
        }
        return sum;
    }
}
