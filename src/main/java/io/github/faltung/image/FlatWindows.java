package io.github.faltung.image;

import java.util.Arrays;

/**
 * Finds windows of nothing but one value: in pictures these are many, and their sums often whole numbers but for the rounding of the weights, so
 * that no approximation tells on which side they lie. Asked from left to right, a window beside a flat one takes only a look at its last
 * column. Of one thread.
 */
final class FlatWindows {
    private final byte[] samples;
    private final int rowBytes;
    private final int step;
    private final int width;
    private final int height;
    /** Where the last flat window of each band began. */
    private final int[] flat;

    /**
     * Begins.
     *
     * @param samples rows of bytes, read
     * @param step from a sample to its neighbour
     */
    FlatWindows(byte[] samples, int rowBytes, int step, ImageKernel kernel) {
        this.samples = samples;
        this.rowBytes = rowBytes;
        this.step = step;
        this.width = kernel.width();
        this.height = kernel.height();
        this.flat = new int[step];
        Arrays.fill(flat, Integer.MIN_VALUE / 2);
    }

    /**
     * Returns whether the window that begins at a byte is of one value.
     *
     * @param band of the byte
     */
    boolean isFlat(int first, int band) {
        boolean isNext = flat[band] == first - step && samples[first] == samples[first - step];
        for (int x = isNext ? width - 1 : 0; x < width; x++) {
            for (int y = 0; y < height; y++) {
                if (samples[first + y * rowBytes + x * step] != samples[first]) {
                    return false;
                }
            }
        }
        flat[band] = first;
        return true;
    }
}
