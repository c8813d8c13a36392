package io.github.faltung.benchmarks.workload;

import io.github.faltung.image.ImageKernel;
import io.github.faltung.image.Kernels;

/** Kinds of kernels, each of many sizes. */
public enum PictureFilter {
    /** A long narrow Gaussian that lies askew and beside the middle: not separable, not symmetric, weights of all 24 bits. */
    OBLIQUE {
        @Override
        ImageKernel kernel(int size) {
            return oblique(size);
        }
    },
    /** A round Gaussian, which is separable, of OpenCV's default σ for its size. */
    GAUSS {
        @Override
        ImageKernel kernel(int size) {
            return Kernels.gaussian(sigma(size), size);
        }
    },
    /** A derivative: whole numbers, some of them negative. */
    SOBEL {
        @Override
        ImageKernel kernel(int size) {
            return Kernels.sobelX();
        }
    },
    /** A mean: all weights the same. */
    BOX {
        @Override
        ImageKernel kernel(int size) {
            return Kernels.box(size);
        }
    };

    private static final double COS = Math.sqrt(3) / 2;
    private static final double SIN = 0.5;
    private static final double ALONG = 0.35;
    private static final double ACROSS = 0.12;
    private static final double ASIDE = 0.3;

    abstract ImageKernel kernel(int size);

    /** Returns the σ of the round Gaussian, as OpenCV's {@code getGaussianKernel} chooses it where none is given. */
    public static double sigma(int size) {
        return 0.3 * ((size - 1) * 0.5 - 1) + 0.8;
    }

    private static ImageKernel oblique(int size) {
        var weights = new double[size * size];
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            double x = i % size - size / 2 + ASIDE;
            double y = i / size - size / 2;
            double along = (x * COS + y * SIN) / (ALONG * size);
            double across = (y * COS - x * SIN) / (ACROSS * size);
            // Not Math.exp, which may differ in its last bit from JVM to JVM.
            weights[i] = StrictMath.exp(-(along * along + across * across) / 2);
            sum += weights[i];
        }
        var scaled = new float[weights.length];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = (float) (weights[i] / sum);
        }
        return ImageKernel.of(size, size, scaled);
    }
}
