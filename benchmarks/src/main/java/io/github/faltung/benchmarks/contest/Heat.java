package io.github.faltung.benchmarks.contest;

import io.github.faltung.benchmarks.workload.Workload;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What came of one workload.
 *
 * @param measured who computed it
 * @param refused who did not, and why
 * @param disturbedRounds in how many of the rounds that count others computed on the machine
 */
public record Heat(
        Workload workload, Map<Contender, Measurement> measured, Map<Contender, String> refused, int disturbedRounds) {
    /** Returns how many times longer than this library a contender took; empty if one of them did not compute it. */
    public OptionalDouble speedUpOver(Contender contender) {
        Measurement ours = measured.get(Contender.FALTUNG);
        Measurement other = measured.get(contender);
        return ours == null || other == null ? OptionalDouble.empty() : OptionalDouble.of(other.timesSlowerThan(ours));
    }

    /** Returns the peer that took least in proportion to this library; empty if none computed it. */
    public Optional<Contender> bestPeer() {
        return measured.keySet().stream()
                .filter(Contender::isPeer)
                .filter(peer -> speedUpOver(peer).isPresent())
                .min(Comparator.comparingDouble(peer -> speedUpOver(peer).orElseThrow()));
    }

    /** Returns how many times longer than this library the best peer took. */
    public OptionalDouble speedUpOverBestPeer() {
        return bestPeer().map(this::speedUpOver).orElse(OptionalDouble.empty());
    }
}
