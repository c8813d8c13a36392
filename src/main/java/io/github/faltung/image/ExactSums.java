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
    /** Of f32. */
    static final double ROUNDOFF = 0x1p-24;

    private static final double DOUBLE_ROUNDOFF = 0x1p-53;

    /** A sum that may be off by more seldom becomes a certain sample. */
    private static final double USELESS = 0.25;

    private final ImageKernel kernel;
    private final FilterLayers layers;
    private final double[] taps;
    private final double magnitude;
    private final double unit;
    private final double boundOfOrder;

    ExactSums(ImageKernel kernel, FilterLayers layers) {
        this.kernel = kernel;
        this.layers = layers;
        var window = BytePass.of(kernel.flipped()); // as it is laid over the image
        this.taps = window.doubles().toArray();
        this.magnitude = window.magnitude();
        this.unit = window.unit();
        this.boundOfOrder = boundOfOrder(Picture.WHITE * magnitude);
    }

    /**
     * By how much double-precision sums of bytes in two orders may differ: each is off by γₙ · Σ|x·w|, u = 2⁻⁵³, n the number of products, which
     * themselves are exact, and so are the sums if all are multiples of one power of two and at most 2⁵³ of it. Twice that, for the rounding of
     * what it is added to.
     */
    private double boundOfOrder(double largest) {
        return largest <= unit * 0x1p53 ? 0 : 2 * (2 * gamma(taps.length, DOUBLE_ROUNDOFF) * largest);
    }

    /** Higham's γ, or infinity for more roundings than it is defined for. */
    static double gamma(int roundings, double roundoff) {
        double sum = roundings * roundoff;
        return sum < 1 ? sum / (1 - sum) : Double.POSITIVE_INFINITY;
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
        return gamma(taps.length + 1, ROUNDOFF) * sum * (1 + 0x1p-40) + taps.length * (double) Float.MIN_VALUE;
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
