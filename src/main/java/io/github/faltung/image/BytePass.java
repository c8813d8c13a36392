package io.github.faltung.image;

import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** A window of weights, as it is laid over the image, that samples are summed with. Immutable. */
final class BytePass {
    private final int height;
    private final int width;
    private final float[] weights;

    /**
     * Makes a window.
     *
     * @param weights row by row; not copied, nobody changes them
     */
    BytePass(int height, int width, float[] weights) {
        this.height = height;
        this.width = width;
        this.weights = weights;
    }

    /** Returns all of a kernel. */
    static BytePass of(ImageKernel kernel) {
        return new BytePass(kernel.height(), kernel.width(), kernel.weights());
    }

    int height() {
        return height;
    }

    int width() {
        return width;
    }

    /** Returns the weights row by row, not copied. */
    float[] weights() {
        return weights;
    }

    /** Returns the largest power of two of which all weights are multiples; of zeros the largest there is. */
    double unit() {
        return doubles().map(BytePass::lowestBit).min().orElse(Double.MAX_VALUE);
    }

    /** Returns the largest power of two of which a number is a multiple; of 0, which is one of all, the largest there is. */
    private static double lowestBit(double value) {
        if (value == 0 || !Double.isFinite(value)) {
            return Double.MAX_VALUE;
        }
        double bit = Math.ulp((float) value);
        while (value % (2 * bit) == 0) {
            bit *= 2;
        }
        return bit;
    }

    /** Returns the sum of the weights' magnitudes. */
    double magnitude() {
        return doubles().map(Math::abs).sum();
    }

    /** Returns whether no weight is negative. */
    boolean isPositive() {
        return doubles().allMatch(weight -> weight >= 0);
    }

    /** Returns the weights row by row. */
    DoubleStream doubles() {
        return IntStream.range(0, weights.length).mapToDouble(i -> weights[i]);
    }

    /** Returns the weights as multiples of the smallest of them, if they are just that. */
    Optional<BytePass> multiples() {
        double least =
                doubles().map(Math::abs).filter(weight -> weight > 0).min().orElse(1);
        boolean areMultiples = doubles().allMatch(weight -> weight % least == 0);
        var quotients = new float[weights.length];
        for (int i = 0; i < quotients.length; i++) {
            quotients[i] = (float) (weights[i] / least);
        }
        return areMultiples ? Optional.of(new BytePass(height, width, quotients)) : Optional.empty();
    }
}
