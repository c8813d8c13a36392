package io.github.faltung.image;

import java.util.Arrays;

/**
 * Finds windows of nothing but one value: in pictures these are many, and their sums often whole numbers but for the rounding of the weights, so
 * that no approximation tells on which side they lie. They are found by runs of equal pixels, at the speed of comparing memory. Of one thread.
 */
final class FlatAreas {
    private static final int FEW = 64;

    private final byte[] samples;
    private final int rowBytes;
    private final int pixelBytes;
    private final int width;
    private final int height;
    /** The row of windows that was looked at last, and its flat ones, and those of the row above it. */
    private int row = -1;

    private Spans here = new Spans();
    private Spans above = new Spans();
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
     * @param first where the window of the first of them begins: row by row, from left to right
     */
    int bytes(int first) {
        int y = first / rowBytes;
        int x = first % rowBytes;
        if (y != row) {
            begin(y);
        }
        int right = (width - 1) * pixelBytes;
        int known = above.end(x);
        // Below a flat window all rows but the last are known.
        int length = known > x ? rowLength(first, height - 1, known + right - x) : allRowsLength(first);
        int bytes = Math.max(0, length - right);
        if (bytes > 0) {
            here.add(x, x + bytes);
        }
        return bytes;
    }

    private void begin(int y) {
        Spans older = above;
        above = here;
        here = older;
        here.clear();
        if (y != row + 1) {
            above.clear(); // of another row than the one above
        }
        row = y;
    }

    private int allRowsLength(int first) {
        int length = haveCornersOneValue(first) ? rowBytes : 0;
        for (int i = 0; i < height && length > 0; i++) {
            length = rowLength(first, i, length);
        }
        return length;
    }

    /** Returns how many bytes, of so many, a row of a window goes on as the window begins. */
    private int rowLength(int first, int i, int most) {
        int y = first / rowBytes + i;
        int x = first % rowBytes;
        int pixel = first + i * rowBytes;
        for (int band = 0; band < pixelBytes && x + band < rowBytes; band++) {
            if (samples[pixel + band] != samples[first + band]) {
                return 0;
            }
        }
        return Math.min(most, pixels[y].end(y, x, false) - x);
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

    /** Bytes from some to others, each behind the one before. */
    private static final class Spans {
        private int[] begins = new int[FEW];
        private int[] ends = new int[FEW];
        private int count;
        private int passed;

        void clear() {
            count = 0;
            passed = 0;
        }

        void add(int begin, int end) {
            if (count == begins.length) {
                begins = Arrays.copyOf(begins, 2 * count);
                ends = Arrays.copyOf(ends, 2 * count);
            }
            begins[count] = begin;
            ends[count++] = end;
        }

        /** Returns the end of the span that a byte is in, or 0 if there is none; asked from left to right. */
        int end(int x) {
            while (passed < count && ends[passed] <= x) {
                passed++;
            }
            return passed < count && begins[passed] <= x ? ends[passed] : 0;
        }
    }

    /** The run of equal samples that was found last in a row: from {@code begin} on up to {@code end}. */
    private final class Runs {
        private int begin;
        private int end;

        /** Returns where the run ends that the sample is of: there is the first that differs from its left neighbour. */
        int end(int y, int x, boolean isOfBand) {
            // Bytes of the last pixel may begin another run, of pixels that begin with them.
            if (x < begin || x + (isOfBand ? 1 : pixelBytes) > end) {
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
