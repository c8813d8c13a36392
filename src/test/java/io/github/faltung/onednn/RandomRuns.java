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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Runs random problems of every kind: {@code RandomRuns SEED COUNT [planned]}. Prints each before it is run, so that a crash tells which it was, and
 * the failures; in the end how many of each kind passed.
 */
final class RandomRuns {
    /** Plain ones and odd ones in turns. */
    private static final List<Arrangement> ARRANGEMENTS = List.of(
            Arrangement.of(Layout.CHANNELS_FIRST),
            Arrangement.of(Layout.CHANNELS_FIRST, Layout.CHANNELS_LAST),
            Arrangement.of(Layout.CHANNELS_LAST),
            new Arrangement(Layout.SPATIAL_FIRST, Layout.CHANNELS_LAST, true));

    /** Of what costs more a sample is compared: many problems tell more than all outputs of a few. */
    private static final long MULTIPLY_ADDS = 1 << 19;

    private final Engine engine;
    private final Engine reference;
    private final Engine checked;
    private final long seed;
    private final RandomProblems forward;
    private final RandomProblems linear;
    private final RandomPoolings poolings;
    private final Map<String, Integer> passed = new TreeMap<>();
    private int failed;

    private RandomRuns(Engine engine, Engine reference, Engine checked, long seed) {
        this.engine = engine;
        this.reference = reference;
        this.checked = checked;
        this.seed = seed;
        forward = new RandomProblems(seed).wide().typed();
        linear = new RandomProblems(seed + 1).wide().withoutPostOps();
        poolings = new RandomPoolings(seed + 2);
    }

    public static void main(String[] args) {
        int count = Integer.parseInt(args[1]);
        try (Engine engine = args.length > 2 ? Faltung.open() : OneDnnEngine.open();
                Engine reference = new ReferenceEngine();
                Engine checked = CheckedEngine.of(
                        engine, reference, CheckOptions.defaults().withOutputs(Integer.MAX_VALUE))) {
            var runs = new RandomRuns(engine, reference, checked, Long.parseLong(args[0]));
            for (int i = 0; i < count; i++) {
                runs.run(i);
            }
            System.out.println(runs.passed);
            System.out.print(count + " problems done, " + runs.failed + " failed\n");
        }
    }

    private void run(int i) {
        switch (i % 20) {
            case 12, 13 -> run(i, linear.next(), Direction.BACKWARD_DATA);
            case 14, 15 -> run(i, linear.next(), Direction.BACKWARD_WEIGHTS);
            case 16, 17 -> run(i, poolings.next(), Direction.FORWARD);
            case 18 -> check("deformable", () -> RandomDeformables.run(checked, seed + i));
            case 19 -> check("chain", () -> RandomChains.run(checked, seed + i));
            default -> run(i, forward.next(), Direction.FORWARD);
        }
    }

    private void run(int i, Problem problem, Direction direction) {
        System.out.println(problem + " " + direction);
        RunOptions options = RunOptions.defaults().withSeed(seed + i).withMultiplyAdds(MULTIPLY_ADDS);
        var runner = new ProblemRunner(engine, reference, i % 3 == 0 ? options.withoutBias() : options);
        for (int odd = 0; odd < 2; odd++) {
            Arrangement arrangement = ARRANGEMENTS.get((i + odd) % ARRANGEMENTS.size());
            ProblemResult result = runner.run(problem, arrangement, direction);
            if (result.verdict() == Verdict.PASSED) {
                passed.merge(problem.getClass().getSimpleName() + " " + direction, 1, Integer::sum);
            } else {
                System.out.println("FAILED " + result);
                failed++;
            }
        }
    }

    private void check(String kind, Runnable body) {
        try {
            body.run();
            passed.merge(kind, 1, Integer::sum);
        } catch (MismatchException e) {
            System.out.println("FAILED " + e.getMessage());
            failed++;
        }
    }
}
