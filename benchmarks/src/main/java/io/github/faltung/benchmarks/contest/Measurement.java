package io.github.faltung.benchmarks.contest;

import io.github.faltung.benchmarks.peer.How;
import java.util.Arrays;

/**
 * What one contender needed for a workload.
 *
 * @param how what ran
 * @param worstRatio the worst error of its output in units of its bound
 * @param callsPerRound of which each round's figure is the median
 * @param minimum of all calls, in milliseconds
 * @param millis of a call, one figure for each round, in order
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Measurement(
        Contender contender, How how, double worstRatio, int callsPerRound, double minimum, double[] millis) {
    /** Returns the median. */
    public double median() {
        return median(millis);
    }

    /** Returns the median of the ratios of this one's time to another's, each taken within a round. */
    public double timesSlowerThan(Measurement other) {
        var ratios = new double[millis.length];
        for (int round = 0; round < ratios.length; round++) {
            ratios[round] = millis[round] / other.millis[round];
        }
        return median(ratios);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
