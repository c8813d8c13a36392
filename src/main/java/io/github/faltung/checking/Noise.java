package io.github.faltung.checking;

/**
 * Random numbers by position: the finalizer of SplitMix64 (Steele, Lea and Flood, <em>Fast splittable pseudorandom number
 * generators</em>, OOPSLA 2014) on a counter, which is what {@link java.util.SplittableRandom} does in sequence.
 */
final class Noise {
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    private final long start;

    /**
     * Makes a stream.
     *
     * @param stream tells streams of one seed apart
     */
    Noise(long seed, int stream) {
        this.start = mix(mix(seed) + stream);
    }

    private static long mix(long bits) {
        long z = (bits ^ bits >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }

    private long bits(long position) {
        return mix(start + position * GOLDEN_GAMMA);
    }

    /** Returns an integer from −most to most, but not 0. */
    float integer(long position, int most) {
        int drawn = (int) ((bits(position) >>> 1) % (2L * most));
        return drawn < most ? drawn - most : drawn - most + 1;
    }

    /** Returns a multiple of 2⁻²³ from −1 to less than 1. */
    float real(long position) {
        return (bits(position) >>> 40) * 0x1p-23f - 1;
    }
}
