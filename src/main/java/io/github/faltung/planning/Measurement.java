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
    private static final double WARM_UP_NANOS = 3e8;
    private static final double FIRST_NANOS = 1e7;
    private static final int FEWEST_CALLS = 2;
    private static final int PASSES = 2;

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
            var first = new double[routines.size()];
            Arrays.fill(first, Double.POSITIVE_INFINITY);
            for (int pass = 0; pass < PASSES; pass++) { // twice: at first the virtual machine still compiles
                for (int i = 0; i < first.length; i++) {
                    first[i] = Math.min(first[i], first(routines.get(i), src, dst));
                }
            }
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
        while (System.nanoTime() - start < WARM_UP_NANOS) {
            nanos(routine, src, dst, 1);
        }
    }

    /** Returns the best of several calls: a neighbour, or the virtual machine's compiler, may have had a processor. */
    private static double first(Routine routine, Tensor src, Tensor dst) {
        long start = System.nanoTime();
        double best = Double.POSITIVE_INFINITY;
        for (int calls = 0; calls < FEWEST_CALLS || System.nanoTime() - start < FIRST_NANOS; calls++) {
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
