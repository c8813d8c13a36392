package io.github.faltung.image;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The values of a strip's bytes as sums in double precision want them: a band's neighbours side by side. Small windows are gathered one at a time;
 * of large ones, which overlap, all bytes are converted when the first is asked for. Of one thread.
 */
final class ByteValues {
    /** So many taps a window has that is large. */
    private static final int LARGE = 64;

    /** Of each byte: in processors some conversions wait for what the register held before, loads for nothing. */
    private static final double[] NUMBERS =
            IntStream.rangeClosed(0, Picture.WHITE).asDoubleStream().toArray();

    private final byte[] samples;
    private final int rowBytes;
    private final int pixelBytes;
    private final int width;
    private final int height;
    private final boolean isLarge;
    private double[] values = new double[0];

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
        this.isLarge = width * height >= LARGE;
    }

    /**
     * Returns the right sample of a window.
     *
     * @param first where the window begins
     */
    double sample(int first, ExactSums sums, SampleScale scale) {
        if (values.length == 0) {
            values = new double[isLarge ? samples.length : width * height];
            if (isLarge) {
                convert();
            }
        }
        if (isLarge) {
            int rowLength = rowBytes / pixelBytes;
            int band = first % rowBytes % pixelBytes;
            int row = first / rowBytes;
            int column = first % rowBytes / pixelBytes;
            int plane = band * (samples.length / pixelBytes);
            return sums.sample(values, plane + row * rowLength + column, rowLength, scale);
        }
        for (int i = 0; i < values.length; i++) {
            values[i] = NUMBERS[samples[first + i / width * rowBytes + i % width * pixelBytes] & 0xFF];
        }
        return sums.sample(values, 0, width, scale);
    }

    /** Returns what the right sample is where all of a window has one value. */
    static double flatSample(byte value, ImageKernel kernel, ExactSums sums, SampleScale scale) {
        var window = new double[kernel.width() * kernel.height()];
        Arrays.fill(window, NUMBERS[value & 0xFF]);
        return sums.sample(window, 0, kernel.width(), scale);
    }

    private void convert() {
        int plane = samples.length / pixelBytes;
        for (int band = 0; band < pixelBytes; band++) {
            int to = band * plane;
            for (int pixel = 0; pixel < plane; pixel++) {
                values[to + pixel] = NUMBERS[samples[pixel * pixelBytes + band] & 0xFF];
            }
        }
    }
}
