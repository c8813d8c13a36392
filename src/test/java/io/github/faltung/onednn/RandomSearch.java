package io.github.faltung.onednn;

import io.github.faltung.ChildJvm;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The search for defects of oneDNN that nobody knows yet, {@code .ci/search}: {@code RandomSearch SEED PROBLEMS ISA…} deals the problems out
 * to instruction sets and ways of computing, and runs them in child JVMs, a chunk in each, all of which may crash. Prints each failure with what
 * repeats it.
 */
final class RandomSearch {
    private static final int CHUNK = 100;

    /** A chunk takes some twenty seconds of the processors. */
    private static final long CPU_SECONDS = 300;

    private static final Pattern RUNS = Pattern.compile("([^{,=]+)=(\\d+)");

    /** A program, and how often its turn comes: what it takes after seed and range. */
    private record Way(String name, Class<?> main, int share, List<String> more) {}

    private static final List<Way> WAYS = List.of(
            new Way("direct", RandomRuns.class, 2, List.of()),
            new Way("planned", RandomRuns.class, 1, List.of("planned")),
            new Way("gradients", RandomGradients.class, 1, List.of()));

    private final Map<String, Integer> runs = new TreeMap<>();
    private final List<String> failures = new ArrayList<>();
    private int problems;
    private int vacuous;

    private RandomSearch() {}

    public static void main(String[] args) {
        long seed = Long.parseLong(args[0]);
        int count = Integer.parseInt(args[1]);
        List<String> levels = List.of(args).subList(2, args.length);
        List<Way> turns = WAYS.stream()
                .flatMap(way -> Collections.nCopies(way.share, way).stream())
                .toList();
        var search = new RandomSearch();
        for (int chunk = 0; search.problems < count; chunk++) {
            String isa = levels.get(chunk % levels.size());
            Way way = turns.get(chunk / levels.size() % turns.size());
            search.run(seed, isa, way, chunk, Math.min(CHUNK, count - search.problems));
        }
        search.report(levels.size());
    }

    /** Runs a chunk; its problems have numbers of their own. */
    private void run(long seed, String isa, Way way, int chunk, int size) {
        var range = new CaseRange(chunk * CHUNK, chunk * CHUNK + size);
        ChildJvm jvm = ChildJvm.likeThis().withEnvironment("ONEDNN_MAX_CPU_ISA", isa);
        String begun = "";
        for (String line :
                range.run(jvm, CPU_SECONDS, way.main, Long.toString(seed), way.more.toArray(String[]::new))) {
            if (line.startsWith(CaseRange.BEGINS)) {
                begun = line;
            } else if (line.startsWith(CaseRange.FAILED)) {
                String failure = isa + ", " + way.name + ", seed " + seed + ", " + begun + ": " + line;
                failures.add(failure);
                System.out.println(failure);
            } else if (line.startsWith(RandomRuns.VACUOUS)) {
                vacuous++;
            } else if (line.startsWith("{")) {
                count(isa, line);
            }
        }
        problems += size;
        System.out.println(isa + ", " + way.name + ": " + range + ", " + failures.size() + " failures so far");
    }

    private void count(String isa, String line) {
        Matcher run = RUNS.matcher(line);
        while (run.find()) {
            int times = Integer.parseInt(run.group(2));
            runs.merge(run.group(1).strip(), times, Integer::sum);
            runs.merge("at " + isa, times, Integer::sum);
        }
    }

    private void report(int levels) {
        runs.forEach((what, times) -> System.out.println(times + " runs right: " + what));
        System.out.println(vacuous + " runs right, of outputs of nothing but zeros and bounds: not counted");
        System.out.println(
                "search: " + problems + " problems at " + levels + " levels, " + failures.size() + " failures");
    }
}
