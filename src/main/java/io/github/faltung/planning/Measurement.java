package io.github.faltung.planning;

import io.github.faltung.convolution.Routine;
import io.github.faltung.convolution.Storage;
import io.github.faltung.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Finds the fastest of several routines by running them in turns. */
final class Measurement {
    private static final int ROUNDS = 12;
    private static final double ROUND_NANOS = 2e6;
    private static final double LONG_NANOS = 5e7;

    /** A routine that takes so many times as long as the fastest is not run again. */
    private static final double HOPELESS = 1.6;

    /** A routine with how long a call took, in nanoseconds: the lower quartile, since what disturbs only makes it longer. */
    record Timed(Routine routine, double nanos) {
        /** Returns the name of the code that ran. */
        String implementation() {
            return routine.explain().implementation();
        }
    }

    private Measurement() {}

    /**
     * Runs routines in turns, all for tensors of the same shapes; returns them, the fastest first. The tensors are zero: no kernel's speed depends
     * on its numbers, but for subnormal ones.
     */
    static List<Timed> time(List<Routine> routines) {
        Storage source = routines.get(0).program().source();
        Storage destination = routines.get(0).program().destination();
        try (Tensor src = tensor(source);
                Tensor dst = tensor(destination)) {
            warmUp(routines.get(0), src, dst);
            double[] first = routines.stream()
                    .mapToDouble(routine -> first(routine, src, dst))
                    .toArray();
            double best = Arrays.stream(first).min().orElseThrow();
            var times = new double[routines.size()][ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                for (int i = 0; i < routines.size(); i++) {
                    times[i][round] = first[i] > HOPELESS * best
                            ? first[i]
                            : nanos(routines.get(i), src, dst, (int) Math.max(1, ROUND_NANOS / first[i]));
                }
            }
            var timed = new ArrayList<Timed>();
            for (int i = 0; i < routines.size(); i++) {
                Arrays.sort(times[i]);
                timed.add(new Timed(routines.get(i), times[i][ROUNDS / 4]));
            }
            timed.sort(Comparator.comparingDouble(Timed::nanos));
            return timed;
        }
    }

    private static Tensor tensor(Storage storage) {
        return Tensor.allocate(
                storage.dataType(),
                storage.whole().dims(),
                storage.whole().part().strides());
    }

    /** Has threads begin, and spread over the processors. */
    private static void warmUp(Routine routine, Tensor src, Tensor dst) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < LONG_NANOS) {
            nanos(routine, src, dst, 1);
        }
    }

    private static double first(Routine routine, Tensor src, Tensor dst) {
        double once = nanos(routine, src, dst, 1);
        int calls = once > LONG_NANOS ? 2 : 6; // several: a neighbour may have had the processor
        double best = Double.POSITIVE_INFINITY;
        for (int i = 0; i < calls; i++) {
            best = Math.min(best, nanos(routine, src, dst, 1));
        }
        return best;
    }

    private static double nanos(Routine routine, Tensor src, Tensor dst, int calls) {
        long start = System.nanoTime();
        for (int i = 0; i < calls; i++) {
            if (!routine.tryRun(src, dst)) {
                throw new IllegalStateException(
                        "routine is closed: " + routine.program().problem());
            }
        }
        return (System.nanoTime() - start) / (double) calls;
    }
}
