package io.github.faltung.image;

import java.util.List;

/**
 * How long it takes to make an output of bytes, in taps of a column or a row of f32 numbers: measured on strips of 1080p pictures, grey, of 3 x 3 to
 * 31 x 31, with AVX-512.
 *
 * @param pixelBytes from a sample to its neighbour
 * @param speedOfBytes how many 8-bit products are computed in the time of one of f32
 */
record SumCosts(int pixelBytes, double speedOfBytes) {
    /** So many results in a row are channels of a layer of 8-bit weights: a vector. */
    static final int RESULTS = 16;

    /** So many bytes an instruction for 8-bit products takes. */
    private static final int GROUP = 4;

    /** Beside its taps a column with its row costs so many for copies. */
    private static final double EXTRA_TAPS = 10;

    /** A window's tap: their matrix products run at the processor's peak, though two fifths of the factors are zeros. */
    private static final double WINDOW_TAP = 0.75;

    /** A product of 8-bit numbers, zeros included, if they were as slow as of f32: measured where they are four times as fast, and not yet with tiles. */
    private static final double PRODUCT = 0.45;

    /** Writing a part's sums. */
    private static final double PART = 1.5;

    /** Taking a sample from among the bands of its pixel, and putting it back: 17 to 28, in pictures of three bands against three times a grey one. */
    private static final double PLANE = 25;

    /** A tap of a window that is summed again in double precision: in a profile 1 to 2 ns, a tap of a row or column 0.04 ns. */
    private static final double EXACT_TAP = 32;

    /** A sample as it is on average. */
    private static final double MIDDLE = 128;

    /** Returns it of making and adding up terms. */
    double of(List<? extends ByteTerm> terms) {
        return terms.stream().mapToDouble(this::of).sum();
    }

    private double of(ByteTerm term) {
        if (term instanceof ByteTerm.EightBits bits) {
            double products = (double) bits.height() * blocks(bits.width()) * block();
            return products * PRODUCT / speedOfBytes + PART;
        }
        boolean isWindow = ((ByteTerm.Passes) term).passes().size() == 1;
        return isWindow ? term.height() * term.width() * WINDOW_TAP : term.height() + term.width() + EXTRA_TAPS;
    }

    /** Returns how many bytes are channels of a layer of 8-bit weights: as few as will do, so that few weights are zeros, but tiles take many. */
    int block() {
        return speedOfBytes > GROUP ? RESULTS : GROUP;
    }

    /** Returns over how many blocks windows of so many pixels reach, all those of one vector of results together. */
    int blocks(int width) {
        return (RESULTS - 1 + (width - 1) * pixelBytes) / block() + 1;
    }

    /** Returns it of a pixel of so many bands, of which each is summed by itself, if that is how long a sample takes. */
    static double ofPlanes(int bands, double sample) {
        return bands * (sample + PLANE);
    }

    /** Returns whether 8-bit windows may be worth it. */
    boolean isFastWithBytes() {
        return speedOfBytes > 1;
    }

    /** Returns it of making sums again: about as often as twice their error they are so near a whole number. */
    double again(List<ByteTerm> terms, SumError error) {
        double magnitude = terms.stream().mapToDouble(ByteTerm::magnitude).sum();
        int taps = terms.get(0).height() * terms.get(0).width();
        return 2 * error.of(MIDDLE * magnitude) * taps * EXACT_TAP;
    }
}
