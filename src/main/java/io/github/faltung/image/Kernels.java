package io.github.faltung.image;

import java.util.function.DoubleBinaryOperator;

/**
 * The filters that everybody knows, by function; by name they are in {@link NamedKernel}. All are kernels of a convolution, so that a
 * derivative's output is positive where brightness grows to the right or downwards. Where a textbook prints the mask that is laid over the
 * image, the kernel is that mask turned around.
 *
 * <p>"Gonzalez and Woods" is their <em>Digital Image Processing</em>, 4th edition. Thread-safe.
 */
public final class Kernels {
    private static final int LARGEST_SIZE = 1023;

    private Kernels() {}

    /** Returns the single weight 1. */
    public static ImageKernel identity() {
        return ImageKernel.of(1, 1, 1);
    }

    /** Returns the mean of {@code size} × {@code size} pixels. */
    public static ImageKernel box(int size) {
        return sampled(requireSize(size), (x, y) -> 1.0 / size / size);
    }

    /**
     * Returns the Gaussian exp(−(x² + y²) / 2σ²), scaled so that the weights' sum is 1 (Gonzalez and Woods, section 3.5).
     *
     * @param sigma σ, in pixels
     */
    public static ImageKernel gaussian(double sigma, int size) {
        double[] weights = gaussianWeights(sigma, size);
        return sampled(size, (x, y) -> at(weights, size, x, y));
    }

    /** Returns the size of a Gaussian beyond which its weights are less than a hundredth of the middle's: 2 · ⌈3σ⌉ + 1. */
    public static int gaussianSize(double sigma) {
        requirePositive("sigma", sigma);
        return (int) Math.min(LARGEST_SIZE, 2 * Math.ceil(3 * sigma) + 1);
    }

    private static double[] gaussianWeights(double sigma, int size) {
        requirePositive("sigma", sigma);
        double[] weights = samples(requireSize(size), (x, y) -> Math.exp(-(x * x + y * y) / (2 * sigma * sigma)));
        scale(weights, 1 / sum(weights));
        return weights;
    }

    /** Returns products of binomial coefficients over their sum 4ⁿ⁻¹ (Jähne, <em>Digital Image Processing</em>, on binomial filters). */
    public static ImageKernel binomial(int size) {
        requireSize(size);
        if (size > 31) {
            throw new IllegalArgumentException("kernel size of a binomial must be at most 31, but was " + size);
        }
        double[] row = {1};
        for (int n = 1; n < size; n++) {
            var next = new double[n + 1];
            for (int i = 0; i <= n; i++) {
                next[i] = ((i < n ? row[i] : 0) + (i > 0 ? row[i - 1] : 0)) / 2;
            }
            row = next;
        }
        var weights = new float[size * size];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) (row[i / size] * row[i % size]);
        }
        return ImageKernel.of(size, size, weights);
    }

    /** Returns Sobel's derivative to the right, weights 1 and 2 (Gonzalez and Woods, section 10.2); transposed, it is that downwards. */
    public static ImageKernel sobelX() {
        return derivative(1, 2);
    }

    /** Returns Prewitt's derivative to the right, all weights 1 (Gonzalez and Woods, section 10.2). */
    public static ImageKernel prewittX() {
        return derivative(1, 1);
    }

    /** Returns Scharr's derivative to the right, weights 3 and 10 (Scharr, <em>Optimale Operatoren in der Digitalen Bildverarbeitung</em>, 2000). */
    public static ImageKernel scharrX() {
        return derivative(3, 10);
    }

    private static ImageKernel derivative(float outer, float inner) {
        return mask(3, -outer, 0, outer, -inner, 0, inner, -outer, 0, outer);
    }

    /**
     * Returns Roberts' difference of a pixel's neighbour right below and the pixel itself (Gonzalez and Woods, section 10.2).
     */
    public static ImageKernel roberts1() {
        return mask(2, -1, 0, 0, 1);
    }

    /** Returns Roberts' difference of the pixel's neighbours below and to the right (Gonzalez and Woods, section 10.2). */
    public static ImageKernel roberts2() {
        return mask(2, 0, -1, 1, 0);
    }

    /** Returns the Laplacian of four neighbours, −4 in the middle (Gonzalez and Woods, section 3.6). */
    public static ImageKernel laplacian4() {
        return mask(3, 0, 1, 0, 1, -4, 1, 0, 1, 0);
    }

    /** Returns the Laplacian of eight neighbours, −8 in the middle (Gonzalez and Woods, section 3.6). */
    public static ImageKernel laplacian8() {
        return mask(3, 1, 1, 1, 1, -8, 1, 1, 1, 1);
    }

    /**
     * Returns the Laplacian of a Gaussian, (x² + y² − 2σ²) / σ⁴ times the weights of {@link #gaussian}, less their mean, so that flat areas
     * give 0 (Marr and Hildreth, <em>Theory of edge detection</em>, 1980; Gonzalez and Woods, section 10.2).
     */
    public static ImageKernel laplacianOfGaussian(double sigma, int size) {
        double[] gaussian = gaussianWeights(sigma, size);
        double variance = sigma * sigma;
        double[] weights = samples(
                size, (x, y) -> (x * x + y * y - 2 * variance) / (variance * variance) * at(gaussian, size, x, y));
        double mean = sum(weights) / weights.length;
        return sampled(size, (x, y) -> at(weights, size, x, y) - mean);
    }

    /** Returns the Gaussian of {@code sigma} less that of {@code sigma2} (Gonzalez and Woods, section 10.2). */
    public static ImageKernel differenceOfGaussians(double sigma, double sigma2, int size) {
        double[] narrow = gaussianWeights(sigma, size);
        double[] wide = gaussianWeights(sigma2, size);
        return sampled(size, (x, y) -> at(narrow, size, x, y) - at(wide, size, x, y));
    }

    /** Returns the identity less {@link #laplacian4}: 5 amid −1 (Gonzalez and Woods, section 3.6). */
    public static ImageKernel sharpen() {
        return mask(3, 0, -1, 0, -1, 5, -1, 0, -1, 0);
    }

    /**
     * Returns the unsharp mask: the identity and {@code amount} times what a Gaussian takes away (Gonzalez and Woods, section 3.6).
     *
     * @param amount 1 for the unsharp mask proper, more for high boost
     */
    public static ImageKernel unsharp(double sigma, double amount, int size) {
        double[] blur = gaussianWeights(sigma, size);
        return sampled(requireOdd(size), (x, y) -> (x == 0 && y == 0 ? 1 + amount : 0) - amount * at(blur, size, x, y));
    }

    /** Returns the relief that light from the upper left would show: −2 to 2 along the diagonal, and the pixel itself. */
    public static ImageKernel emboss() {
        return mask(3, -2, -1, 0, -1, 1, 1, 0, 1, 2);
    }

    /**
     * Returns the blur of a straight motion: a pixel's weight is 1 less its distance from the segment, if that is positive, scaled so that
     * the sum is 1.
     *
     * @param length of the segment from the middle of its first pixel to that of its last, and a pixel more
     * @param degrees counterclockwise from the right
     */
    public static ImageKernel motion(double length, double degrees) {
        if (!(length >= 1 && length < LARGEST_SIZE)) {
            throw new IllegalArgumentException(
                    "kernel length must be from 1 to " + (LARGEST_SIZE - 1) + ", but was " + length);
        }
        double half = (length - 1) / 2;
        double dx = Math.cos(Math.toRadians(requireFinite("angle", degrees)));
        double dy = -Math.sin(Math.toRadians(degrees)); // rows count downwards
        int size = 2 * (int) Math.ceil(half) + 1;
        double[] weights = samples(size, (x, y) -> {
            double along = Math.max(-half, Math.min(half, x * dx + y * dy));
            return Math.max(0, 1 - Math.hypot(x - along * dx, y - along * dy));
        });
        double sum = sum(weights);
        return sampled(size, (x, y) -> at(weights, size, x, y) / sum);
    }

    /**
     * Returns the real part of Gabor's filter, exp(−(x′² + γ²y′²) / 2σ²) · cos(2πx′/λ + ψ), x′ = x cos θ + y sin θ, y′ = −x sin θ + y cos θ
     * (Petkov and Kruizinga, <em>Computational models of visual neurons specialised in the detection of periodic and aperiodic oriented
     * visual stimuli</em>, 1997).
     */
    public static ImageKernel gabor(GaborParameters p) {
        double cos = Math.cos(Math.toRadians(p.thetaDegrees()));
        double sin = Math.sin(Math.toRadians(p.thetaDegrees()));
        return sampled(requireSize(p.size()), (x, y) -> {
            double along = x * cos + y * sin;
            double across = p.gamma() * (y * cos - x * sin);
            return Math.exp(-(along * along + across * across) / (2 * p.sigma() * p.sigma()))
                    * Math.cos(2 * Math.PI * along / p.lambda() + Math.toRadians(p.psiDegrees()));
        });
    }

    /**
     * What a Gabor filter is made of.
     *
     * @param sigma σ, the Gaussian's width in pixels
     * @param thetaDegrees θ, the direction in which the wave runs
     * @param lambda λ, the wave's length in pixels
     * @param gamma γ, the Gaussian's width over its height
     * @param psiDegrees ψ, the wave's phase in the middle
     * @param size in pixels
     */
    public record GaborParameters(
            double sigma, double thetaDegrees, double lambda, double gamma, double psiDegrees, int size) {
        /** Checks the numbers. */
        public GaborParameters {
            requirePositive("sigma", sigma);
            requirePositive("lambda", lambda);
            requirePositive("gamma", gamma);
            requireFinite("theta", thetaDegrees);
            requireFinite("psi", psiDegrees);
        }
    }

    /** Returns the detector of lines that fall from the upper left to the lower right: 2 on that diagonal, −1 elsewhere (Gonzalez and Woods, section 10.2). */
    public static ImageKernel diagonal() {
        return mask(3, 2, -1, -1, -1, 2, -1, -1, -1, 2);
    }

    /** Returns the detector of lines that rise from the lower left to the upper right: 2 on that diagonal, −1 elsewhere (Gonzalez and Woods, section 10.2). */
    public static ImageKernel antidiagonal() {
        return mask(3, -1, -1, 2, -1, 2, -1, 2, -1, -1);
    }

    /** Makes the kernel of a mask as it is laid over the image. */
    private static ImageKernel mask(int size, float... laidOver) {
        return ImageKernel.of(size, size, laidOver).flipped();
    }

    private static ImageKernel sampled(int size, DoubleBinaryOperator function) {
        double[] samples = samples(size, function);
        var weights = new float[samples.length];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) samples[i];
            if (!Float.isFinite(weights[i])) {
                throw new IllegalArgumentException(
                        "kernel parameters must make weights that a float holds, but made " + samples[i]);
            }
        }
        return ImageKernel.of(size, size, weights);
    }

    /** Returns the values at the pixels' places relative to the middle, which of an even size lies between pixels. */
    private static double[] samples(int size, DoubleBinaryOperator function) {
        var samples = new double[size * size];
        double middle = (size - 1) / 2.0;
        for (int row = 0; row < size; row++) {
            for (int column = 0; column < size; column++) {
                samples[row * size + column] = function.applyAsDouble(column - middle, row - middle);
            }
        }
        return samples;
    }

    private static double at(double[] samples, int size, double x, double y) {
        double middle = (size - 1) / 2.0;
        return samples[((int) (y + middle)) * size + ((int) (x + middle))];
    }

    private static double sum(double[] samples) {
        double sum = 0;
        for (double sample : samples) {
            sum += sample;
        }
        return sum;
    }

    private static void scale(double[] samples, double factor) {
        for (int i = 0; i < samples.length; i++) {
            samples[i] *= factor;
        }
    }

    private static int requireSize(int size) {
        if (size < 1 || size > LARGEST_SIZE) {
            throw new IllegalArgumentException("kernel size must be from 1 to " + LARGEST_SIZE + ", but was " + size);
        }
        return size;
    }

    private static int requireOdd(int size) {
        if (size % 2 == 0) {
            throw new IllegalArgumentException("kernel size must be odd, but was " + size);
        }
        return size;
    }

    private static double requireFinite(String field, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("kernel " + field + " must be finite, but was " + value);
        }
        return value;
    }

    private static void requirePositive(String field, double value) {
        if (!(value > 0 && value <= Double.MAX_VALUE)) {
            throw new IllegalArgumentException("kernel " + field + " must be positive, but was " + value);
        }
    }
}
