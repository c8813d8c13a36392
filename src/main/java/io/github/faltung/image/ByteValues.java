package io.github.faltung.image;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The values of a strip's bytes as sums in double precision want them: a window's, of one band, side by side. The few windows that are asked for
 * lie apart, so that each is gathered by itself. Of one thread.
 */
final class ByteValues {
    /** Of each byte: in processors some conversions wait for what the register held before, loads for nothing. */
    private static final double[] NUMBERS =
            IntStream.rangeClosed(0, Picture.WHITE).asDoubleStream().toArray();

    private final byte[] samples;
    private final int rowBytes;
    private final int pixelBytes;
    private final int width;
    private final int height;
    private final double[] window;

    /**
     * Begins.
     *
     * @param samples rows of bytes, read
     * @param pixelBytes from a sample to its neighbour
     */
    ByteValues(byte[] samples, int rowBytes, int pixelBytes, ImageKernel kernel) {
        this.samples = samples;
        this.rowBytes = rowBytes;
        this.pixelBytes = pixelBytes;
        this.width = kernel.width();
        this.height = kernel.height();
        this.window = new double[width * height];
    }

    /**
     * Returns the right sample of a window.
     *
     * @param first where the window begins
     */
    double sample(int first, ExactSums sums, SampleScale scale) {
        for (int y = 0; y < height; y++) {
            int from = first + y * rowBytes;
            int to = y * width;
            for (int x = 0; x < width; x++) {
                window[to + x] = NUMBERS[samples[from + x * pixelBytes] & 0xFF];
            }
        }
        return sums.sample(window, 0, width, scale);
    }

    /** Returns what the right sample is where all of a window has one value. */
    static double flatSample(byte value, ImageKernel kernel, ExactSums sums, SampleScale scale) {
        var window = new double[kernel.width() * kernel.height()];
        Arrays.fill(window, NUMBERS[value & 0xFF]);
        return sums.sample(window, 0, kernel.width(), scale);
    }
}
