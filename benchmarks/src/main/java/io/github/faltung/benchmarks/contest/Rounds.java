package io.github.faltung.benchmarks.contest;

import io.github.faltung.benchmarks.workload.Workload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Measures contenders in turns: A B C A B C …
 *
 * @param rounds how many
 * @param warmUpSeconds what each contender computes for before it is measured, for the JDK's compiler
 * @param roundSeconds about how long each contender's part of a round is; a contender whose call takes longer calls once
 */
public record Rounds(int rounds, double warmUpSeconds, double roundSeconds) {
    private static final double MILLIS = 1e3;

    /** Before its turn a contender waits, awake: its idle threads, which were stopped while they spun, fall asleep. */
    private static final long PAUSE_MILLIS = 20;

    /** A round in which others computed is repeated, but at most so many for each that counts. */
    private static final int REPEATED_ROUNDS = 3;

    /** Of a turn's calls this share is made first, untimed: what the others have driven out of the caches comes back. */
    private static final int UNTIMED_SHARE = 8;

    /** Checks the number of rounds. */
    public Rounds {
        if (rounds < 1) {
            throw new IllegalArgumentException("rounds must be at least 1, but was " + rounds);
        }
    }

    /** Measures a workload; who refuses it, or fails at it, is told with the reason. */
    public Heat measure(Workload workload, List<ContenderProcess> contenders) {
        var refused = new EnumMap<Contender, String>(Contender.class);
        var turns = new ArrayList<Turns>();
        for (ContenderProcess contender : contenders) {
            try {
                ContenderProcess.Ready ready = contender.prepare(workload);
                turns.add(new Turns(contender, ready, warmUp(contender), new double[rounds], new double[rounds]));
            } catch (RefusedException e) {
                refused.put(contender.contender(), e.getMessage());
            }
        }
        turns.forEach(one -> one.process.suspend());
        int disturbed = 0;
        var neighbours = new Neighbours(contenders);
        for (int round = 0; round < rounds; round++) {
            neighbours.watch();
            for (Turns one : turns) {
                take(one, round, refused);
            }
            if (neighbours.haveDisturbed()) {
                disturbed++;
                round -= disturbed <= REPEATED_ROUNDS * rounds ? 1 : 0;
            }
        }
        turns.forEach(one -> one.process.resume());
        var measured = new EnumMap<Contender, Measurement>(Contender.class);
        turns.stream()
                .filter(one -> !refused.containsKey(one.contender()))
                .forEach(one -> measured.put(one.contender(), one.measurement()));
        return new Heat(workload, measured, refused, Math.max(0, disturbed - REPEATED_ROUNDS * rounds));
    }

    private void take(Turns one, int round, Map<Contender, String> refused) {
        if (refused.containsKey(one.contender())) {
            return;
        }
        one.process.resume();
        pause();
        try {
            int before = one.calls == 1 ? 0 : 1 + one.calls / UNTIMED_SHARE;
            ContenderProcess.Turn turn = one.process.time(before, one.calls);
            one.millis[round] = turn.median();
            one.minima[round] = turn.minimum();
        } catch (RefusedException e) {
            refused.put(one.contender(), e.getMessage());
        }
        one.process.suspend();
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Returns how many calls make a turn. */
    private int warmUp(ContenderProcess contender) {
        double each = contender.time(0, 1).median();
        for (double spent = each; spent < warmUpSeconds * MILLIS; ) {
            int calls = calls(each);
            each = contender.time(0, calls).median();
            spent += each * calls;
        }
        return calls(each);
    }

    private int calls(double millisEach) {
        return (int) Math.max(1, Math.round(roundSeconds * MILLIS / millisEach));
    }

    /** A contender with what its turns have taken so far. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Turns(
            ContenderProcess process, ContenderProcess.Ready ready, int calls, double[] millis, double[] minima) {
        Contender contender() {
            return process.contender();
        }

        Measurement measurement() {
            double least = Arrays.stream(minima).min().orElseThrow();
            return new Measurement(contender(), ready.how(), ready.worstRatio(), calls, least, millis);
        }
    }
}
