package io.github.faltung.onednn;

import io.github.faltung.Faltung;
import io.github.faltung.checking.Arrangement;
import io.github.faltung.checking.CheckOptions;
import io.github.faltung.checking.CheckedEngine;
import io.github.faltung.checking.Direction;
import io.github.faltung.checking.MismatchException;
import io.github.faltung.checking.ProblemResult;
import io.github.faltung.checking.ProblemRunner;
import io.github.faltung.checking.RunOptions;
import io.github.faltung.checking.Verdict;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Problem;
import io.github.faltung.convolution.RandomChains;
import io.github.faltung.convolution.RandomDeformables;
import io.github.faltung.convolution.RandomPoolings;
import io.github.faltung.convolution.RandomProblems;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.Layout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Runs random problems of every kind: {@code RandomRuns SEED COUNT|FROM-TO [planned]}. Each is the same whichever range it is run in. Prints each before
 * it is run, so that a crash tells which it was, and the failures; in the end how many runs of each kind passed. Where all outputs match and are
 * nothing but zeros and bounds, which chance may bring about, the comparison proves little. It is printed, behind {@link #VACUOUS}, and not counted;
 * only many such problems are a failure.
 */
final class RandomRuns {
    /** Stands before a comparison that matched and proves little. */
    static final String VACUOUS = "VACUOUS ";

    private static final List<Arrangement> PLAIN =
            List.of(Arrangement.of(Layout.CHANNELS_FIRST), Arrangement.of(Layout.CHANNELS_LAST));

    /** Every second problem is run in one of these too. */
    private static final List<Arrangement> ODD = List.of(
            Arrangement.of(Layout.CHANNELS_FIRST, Layout.CHANNELS_LAST),
            new Arrangement(Layout.SPATIAL_FIRST, Layout.CHANNELS_LAST, true));

    /** Of what costs more a sample is compared: many problems tell more than all outputs of a few. */
    private static final long MULTIPLY_ADDS = 1 << 19;

    private final Engine engine;
    private final Engine reference;
    private final Engine checked;
    private final long sequence;
    private final Map<String, Integer> passed = new TreeMap<>();
    private int vacuous;
    private int failed;

    private RandomRuns(Engine engine, Engine reference, Engine checked, long sequence) {
        this.engine = engine;
        this.reference = reference;
        this.checked = checked;
        this.sequence = sequence;
    }

    public static void main(String[] args) {
        CaseRange range = CaseRange.parse(args[1]);
        try (Engine engine = args.length > 2 ? Faltung.open() : OneDnnEngine.open();
                Engine reference = new ReferenceEngine();
                Engine checked = CheckedEngine.of(
                        engine, reference, CheckOptions.defaults().withOutputs(Integer.MAX_VALUE))) {
            var runs = new RandomRuns(engine, reference, checked, Long.parseLong(args[0]));
            for (int i = range.from(); i < range.to(); i++) {
                runs.run(i);
            }
            if (runs.vacuous > 1 + range.count() / 100) {
                runs.fail(runs.vacuous + " problems prove nothing");
            }
            System.out.println(runs.passed);
            System.out.print(range.count() + " problems done, " + runs.failed + " failed\n");
        }
    }

    private void run(int i) {
        long seed = RandomProblems.seed(sequence, i);
        var forward = new RandomProblems(seed).wide().typed();
        var linear = new RandomProblems(seed).wide().withoutPostOps();
        switch (i % 20) {
            case 12, 13 -> run(i, seed, linear.next(), Direction.BACKWARD_DATA);
            case 14, 15 -> run(i, seed, linear.next(), Direction.BACKWARD_WEIGHTS);
            case 16, 17 -> run(i, seed, new RandomPoolings(seed).next(), Direction.FORWARD);
            case 18 -> check(i, "deformable", () -> RandomDeformables.run(checked, seed));
            case 19 -> check(i, "chain", () -> RandomChains.run(checked, seed));
            default -> run(i, seed, forward.next(), Direction.FORWARD);
        }
    }

    private void run(int i, long seed, Problem problem, Direction direction) {
        begin(i, problem + " " + direction);
        RunOptions options = RunOptions.defaults().withSeed(seed).withMultiplyAdds(MULTIPLY_ADDS);
        var runner = new ProblemRunner(engine, reference, i % 3 == 0 ? options.withoutBias() : options);
        var arrangements = new ArrayList<>(PLAIN);
        if (i % 2 == 0) {
            arrangements.add(ODD.get(i / 2 % ODD.size()));
        }
        int before = vacuous;
        for (Arrangement arrangement : arrangements) {
            ProblemResult result = runner.run(problem, arrangement, direction);
            if (result.verdict() == Verdict.PASSED) {
                passed.merge(problem.getClass().getSimpleName() + " " + direction, 1, Integer::sum);
            } else if (result.reason().startsWith("vacuous")) {
                System.out.println(VACUOUS + result);
                vacuous = before + 1;
            } else {
                fail(result.toString());
            }
        }
    }

    private void check(int i, String kind, Runnable body) {
        begin(i, kind);
        try {
            body.run();
            passed.merge(kind, 1, Integer::sum);
        } catch (MismatchException e) {
            fail(String.valueOf(e.getMessage()));
        }
    }

    private static void begin(int i, String what) {
        System.out.println(CaseRange.BEGINS + i + " " + what);
    }

    private void fail(String what) {
        System.out.println(CaseRange.FAILED + what);
        failed++;
    }
}
