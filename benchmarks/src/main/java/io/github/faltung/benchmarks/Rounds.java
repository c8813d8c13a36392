package io.github.faltung.benchmarks;

import java.util.ArrayList;
import java.util.List;

/**
 * Measures contenders in turns: A B C A B C …
 *
 * @param rounds how many
 * @param warmUpSeconds what each contender computes for before it is measured, for the JDK's compiler
 * @param roundSeconds about how long each contender's part of a round is; a contender whose call takes longer calls once
 */
record Rounds(int rounds, double warmUpSeconds, double roundSeconds) {
    private static final double MILLIS = 1e3;

    Rounds {
        if (rounds < 1) {
            throw new IllegalArgumentException("rounds must be at least 1, but was " + rounds);
        }
    }

    List<Measurement> measure(Workload workload, List<ContenderProcess> contenders) {
        var hows = new ArrayList<String>();
        var calls = new ArrayList<Integer>();
        for (ContenderProcess contender : contenders) {
            hows.add(contender.prepare(workload));
            calls.add(warmUp(contender));
        }
        var millis = new double[contenders.size()][rounds];
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < contenders.size(); i++) {
                millis[i][round] = contenders.get(i).millisEach(calls.get(i));
            }
        }
        var measured = new ArrayList<Measurement>();
        for (int i = 0; i < contenders.size(); i++) {
            measured.add(
                    new Measurement(workload, contenders.get(i).contender(), hows.get(i), calls.get(i), millis[i]));
        }
        return measured;
    }

    /** Returns how many calls make a round. */
    private int warmUp(ContenderProcess contender) {
        double each = contender.millisEach(1);
        for (double spent = each; spent < warmUpSeconds * MILLIS; ) {
            int calls = calls(each);
            each = contender.millisEach(calls);
            spent += each * calls;
        }
        return calls(each);
    }

    private int calls(double millisEach) {
        return (int) Math.max(1, Math.round(roundSeconds * MILLIS / millisEach));
    }
}
