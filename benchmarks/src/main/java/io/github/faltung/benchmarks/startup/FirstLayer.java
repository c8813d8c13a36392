package io.github.faltung.benchmarks.startup;

/** The layer: 3×3 on 56×56 with padding, 64 → 64 channels. Small integers make any order of summation exact, so that all print the same sum. */
public final class FirstLayer {
    public static final int CHANNELS = 64;
    public static final int KERNEL = 3;
    public static final int SIZE = 56;

    private static final int NANOS_PER_MICRO = 1_000;

    private FirstLayer() {}

    /** Returns {@code [CHANNELS, CHANNELS, KERNEL, KERNEL]}. */
    public static float[] weights() {
        return integers(CHANNELS * CHANNELS * KERNEL * KERNEL, 7);
    }

    /** Returns {@code [1, CHANNELS, SIZE, SIZE]}. */
    static float[] src() {
        return integers(CHANNELS * SIZE * SIZE, 11);
    }

    private static float[] integers(int count, int step) {
        var values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = i * step % 5 - 2;
        }
        return values;
    }

    /**
     * Prints when the result was there: microseconds since {@code main}, milliseconds of the clock, and a sum that tells what was computed.
     *
     * @param main what {@link System#nanoTime} was when {@code main} began
     */
    static void print(long main, float[] dst) {
        long micros = (System.nanoTime() - main) / NANOS_PER_MICRO;
        long clock = System.currentTimeMillis();
        long sum = 0;
        for (int i = 0; i < dst.length; i++) {
            sum += (i % 101 + 1) * (long) dst[i];
        }
        System.out.println(micros + " " + clock + " " + sum);
    }
}
