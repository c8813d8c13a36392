package io.github.faltung.image;

import java.util.Arrays;

/**
 * Finds windows of nothing but one value: in pictures these are many, and their sums often whole numbers but for the rounding of the weights, so
 * that no approximation tells on which side they lie. They are found by runs of equal pixels, at the speed of comparing memory. Of one thread.
 */
final class FlatAreas {
    private final byte[] samples;
    private final int rowBytes;
    private final int pixelBytes;
    private final int width;
    private final int height;
    private final Runs[] pixels;
    private final Runs[][] bands;

    /**
     * Begins.
     *
     * @param samples rows of bytes, read
     * @param pixelBytes from a sample to its neighbour
     */
    FlatAreas(byte[] samples, int rowBytes, int pixelBytes, ImageKernel kernel) {
        this.samples = samples;
        this.rowBytes = rowBytes;
        this.pixelBytes = pixelBytes;
        this.width = kernel.width();
        this.height = kernel.height();
        this.pixels = runs();
        this.bands = new Runs[pixelBytes][];
        Arrays.setAll(bands, band -> runs());
    }

    private Runs[] runs() {
        var runs = new Runs[samples.length / rowBytes];
        Arrays.setAll(runs, y -> new Runs());
        return runs;
    }

    /**
     * Returns of how many bytes in a row the windows are flat: each has one value, that of its first sample.
     *
     * @param first where the window of the first of them begins
     */
    int bytes(int first) {
        int x = first % rowBytes;
        int count = Math.min(pixelBytes, rowBytes - x);
        int length = haveCornersOneValue(first) ? rowBytes : 0;
        for (int y = first / rowBytes, i = 0; i < height && length > 0; i++) {
            int pixel = first + i * rowBytes;
            boolean isSame = Arrays.equals(samples, pixel, pixel + count, samples, first, first + count);
            length = isSame ? Math.min(length, pixels[y + i].end(y + i, x, false) - x) : 0;
        }
        return Math.max(0, length - (width - 1) * pixelBytes);
    }

    /** Returns whether the window that begins at a byte is flat, whatever the other bands are. */
    boolean isFlatInBand(int first) {
        int x = first % rowBytes;
        int length = haveCornersOneValue(first) ? rowBytes : 0;
        for (int y = first / rowBytes, i = 0; i < height && length > 0; i++) {
            boolean isSame = samples[first + i * rowBytes] == samples[first];
            length = isSame ? Math.min(length, bands[x % pixelBytes][y + i].end(y + i, x, true) - x) : 0;
        }
        return length > (width - 1) * pixelBytes;
    }

    /** Most windows that are not flat are found so, at once. */
    private boolean haveCornersOneValue(int first) {
        int right = (width - 1) * pixelBytes;
        int below = (height - 1) * rowBytes;
        return samples[first] == samples[first + right + below]
                && samples[first] == samples[first + right]
                && samples[first] == samples[first + below];
    }

    /** The run of equal samples that was found last in a row: from {@code begin} on up to {@code end}. */
    private final class Runs {
        private int begin;
        private int end;

        /** Returns where the run ends that the sample is of: there is the first that differs from its left neighbour. */
        int end(int y, int x, boolean isOfBand) {
            if (x < begin || x >= end) {
                int row = y * rowBytes;
                begin = x;
                end = (isOfBand ? endOfBand(row + x, row + rowBytes) : endOfPixels(row + x, row + rowBytes)) - row;
            }
            return end;
        }

        private int endOfPixels(int from, int to) {
            int next = Math.min(from + pixelBytes, to);
            int found = Arrays.mismatch(samples, next, to, samples, from, to - (next - from));
            return found < 0 ? to : next + found;
        }

        private int endOfBand(int from, int to) {
            int at = from + pixelBytes;
            while (at < to && samples[at] == samples[from]) {
                at += pixelBytes;
            }
            return Math.min(at, to);
        }
    }
}
