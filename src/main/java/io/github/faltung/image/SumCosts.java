package io.github.faltung.image;

/**
 * How long it takes to make an output of bytes, in taps of a column or a row of f32 numbers: measured on strips of 1080p pictures, grey, of 3 x 3 to
 * 31 x 31, with AVX-512.
 *
 * @param pixelBytes from a sample to its neighbour
 * @param speedOfBytes how many 8-bit products are computed in the time of one of f32
 */
record SumCosts(int pixelBytes, double speedOfBytes) {
    /** So many bytes of a row are channels of a layer, if weights are of 8 bits. */
    static final int BLOCK = 16;

    /** Beside its taps a column with its row costs so many for copies. */
    private static final double EXTRA_TAPS = 10;

    /** A window's tap: their matrix products run at the processor's peak, though two fifths of the factors are zeros. */
    private static final double WINDOW_TAP = 0.75;

    /** A product of 8-bit numbers, zeros included, if they were as slow as of f32. */
    private static final double PRODUCT = 0.25;

    /** Writing a part's sums. */
    private static final double PART = 1;

    /** A tap of a window that is summed again in double precision: in a profile 1 to 2 ns, a tap of a row or column 0.04 ns. */
    private static final double EXACT_TAP = 32;

    /** A sample as it is on average. */
    private static final double MIDDLE = 128;

    double ofWindow(BytePass window) {
        return window.height() * window.width() * WINDOW_TAP;
    }

    double ofCrosses(CrossTerms crosses) {
        return crosses.terms().size() * (crosses.height() + crosses.width() + EXTRA_TAPS);
    }

    /** Returns it of so many 8-bit windows of the extents of one. */
    double ofEightBits(BytePass window, int parts) {
        double products = (double) window.height() * columns(window.width(), pixelBytes) * BLOCK;
        return parts * (products * PRODUCT / speedOfBytes + PART);
    }

    /** Returns whether 8-bit windows may be worth it. */
    boolean isFastWithBytes() {
        return speedOfBytes > 1;
    }

    /** Returns over how many blocks windows of so many pixels reach, all those of the outputs of one block together. */
    static int columns(int width, int pixelBytes) {
        return (BLOCK - 1 + (width - 1) * pixelBytes) / BLOCK + 1;
    }

    /** Sums are about as often as twice their error so near a whole number that they are made again. */
    double again(BytePass window, SumError error) {
        return 2 * error.of(MIDDLE * window.magnitude()) * window.height() * window.width() * EXACT_TAP;
    }
}
