package io.github.faltung.benchmarks.contest;

import java.util.ArrayList;
import java.util.stream.IntStream;

/** How fast memory is, by the triad {@code a = b + s·c} of STREAM (McCalpin, 1995) in Java, each thread on its own part of the arrays. */
final class Bandwidth {
    /** Elements of each array: 256 MB, beyond any cache. */
    private static final int LENGTH = 1 << 25;

    private static final int REPETITIONS = 7;
    private static final double GIGA = 1e9;

    /** Read, read, written: as STREAM counts. */
    private static final int ARRAYS = 3;

    private Bandwidth() {}

    /** Returns how long a gigabyte takes, at best. */
    static long nanosOfGigabyte(int threads) {
        var a = new double[LENGTH];
        var b = new double[LENGTH];
        var c = new double[LENGTH];
        long best = IntStream.range(0, REPETITIONS)
                .mapToLong(repetition -> triad(a, b, c, threads))
                .min()
                .orElseThrow();
        return Math.round(best * GIGA / ((double) ARRAYS * LENGTH * Double.BYTES));
    }

    private static long triad(double[] a, double[] b, double[] c, int threads) {
        var workers = new ArrayList<Thread>();
        long start = System.nanoTime();
        for (int i = 0; i < threads; i++) {
            int from = (int) ((long) LENGTH * i / threads);
            int to = (int) ((long) LENGTH * (i + 1) / threads);
            var worker = new Thread(() -> part(a, b, c, from, to), "triad " + i);
            worker.start();
            workers.add(worker);
        }
        for (Thread worker : workers) {
            try {
                worker.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
        return System.nanoTime() - start;
    }

    private static void part(double[] a, double[] b, double[] c, int from, int to) {
        for (int i = from; i < to; i++) {
            a[i] = b[i] + 3 * c[i];
        }
    }
}
