package io.github.faltung.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Runs generated cases, in a JVM of its own since they may crash it.
 *
 * <pre>
 * FuzzRun run TARGETS SEED FIRST COUNT  cases FIRST, FIRST + 1 … of a seed; each is a function of seed and number
 * FuzzRun replay TARGET INPUT           one input: a file, or base64
 * FuzzRun seeds TARGET FOLDER           writes valid inputs, for Jazzer to begin with
 * FuzzRun list                          the targets' names
 * </pre>
 *
 * A case fails by an exception that its target does not document, any error ({@link OutOfMemoryError} too), by allocating more than the
 * target's input may ask for, and by taking more than {@link FuzzWatch#LIMIT_SECONDS}. Each failure prints its input; of those with one cause the first.
 */
final class FuzzRun {
    /** So that the numbers of cases become seeds far apart. */
    private static final long SPREAD = 0xD1342543DE82EF95L;

    private static final int FRAMES = 60;

    /** Of the whole process, so that natives that ask for much are noticed too: twice what a heap and direct memory of 1.25 GiB leave room for. */
    private static final long MOST_MEBIBYTES = 2560;

    /** Tells after a crash which case it was. */
    private static final Path CASE_FILE = Path.of("fuzz.case");

    private static final Logger OURS = Logger.getLogger("io.github.faltung");

    private final FuzzTarget target;
    private final Path caseFile;
    private final Map<String, Integer> failures = new HashMap<>();
    private long taken;
    private long failed;

    FuzzRun(FuzzTarget target, Path caseFile) {
        this.caseFile = caseFile;
        this.target = target;
    }

    public static void main(String[] args) throws IOException {
        OURS.setLevel(Level.OFF); // warnings of files that are ignored
        Locale.setDefault(Locale.ROOT);
        long failed = switch (args[0]) {
            case "run" -> runs(args[1], Long.parseLong(args[2]), Long.parseLong(args[3]), Long.parseLong(args[4]));
            case "replay" -> replay(args[1], args[2]);
            case "seeds" -> writeSeeds(args[1], Path.of(args[2]));
            case "list" -> {
                Targets.names().forEach(System.out::println);
                yield 0;
            }
            default -> throw new IllegalArgumentException("must be run, replay, seeds or list, but was " + args[0]);
        };
        System.out.flush();
        // Engines stay open, and their threads are no reason to go on.
        Runtime.getRuntime().halt(failed == 0 ? 0 : 1);
    }

    private static long runs(String names, long seed, long first, long count) throws IOException {
        long failed = 0;
        for (String name : names.split(",", -1)) {
            failed += new FuzzRun(Targets.of(name), CASE_FILE).run(seed, first, count);
        }
        return failed;
    }

    private long run(long seed, long first, long count) throws IOException {
        long began = System.nanoTime();
        check(seed, first, count);
        long peak = FuzzWatch.peakMebibytes();
        if (peak > MOST_MEBIBYTES) {
            System.out.println("FAILED " + target.name() + ": the process had " + peak + " MiB");
            failed++;
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.printf(
                "%s: %d cases, %d taken, %d refused, %d failures, %.0f cases/s, peak %d MiB%n",
                target.name(), count, taken, count - taken - failed, failed, count / seconds, peak);
        return failed;
    }

    /** Runs cases and returns how many failed. */
    long check(long seed, long first, long count) throws IOException {
        try (var watch = new FuzzWatch(caseFile, target.name(), seed)) {
            for (long number = first; number < first + count; number++) {
                watch.begin(number);
                check(input(target, seed, number), "seed " + seed + " case " + number);
                watch.end();
            }
        }
        return failed;
    }

    static byte[] input(FuzzTarget target, long seed, long number) {
        return target.next(new SplittableRandom(seed + number * SPREAD));
    }

    private static long replay(String name, String input) throws IOException {
        var run = new FuzzRun(Targets.of(name), CASE_FILE);
        byte[] bytes = bytes(input);
        try (var watch = new FuzzWatch(CASE_FILE, name, 0)) {
            watch.begin(0);
            run.check(bytes, "replay");
            watch.end();
        }
        System.out.println(name + ": " + (run.failed > 0 ? "failed" : run.taken > 0 ? "taken" : "refused"));
        return run.failed;
    }

    private static byte[] bytes(String input) throws IOException {
        try {
            if (Files.isRegularFile(Path.of(input))) {
                return Files.readAllBytes(Path.of(input));
            }
        } catch (InvalidPathException e) {
            // base64
        }
        return Base64.getDecoder().decode(input);
    }

    private static long writeSeeds(String name, Path folder) throws IOException {
        List<byte[]> seeds = Targets.of(name).seeds();
        for (int i = 0; i < seeds.size(); i++) {
            Files.write(folder.resolve("seed-" + i), seeds.get(i));
        }
        return 0;
    }

    private void check(byte[] input, String which) {
        try {
            taken += target.run(input) ? 1 : 0;
        } catch (Throwable e) { // whatever it is: the next cases count too
            report(e, input, which);
        }
    }

    private void report(Throwable e, byte[] input, String which) {
        failed++;
        if (failures.merge(cause(e), 1, Integer::sum) > 1) {
            return;
        }
        System.out.println("FAILED " + target.name() + " " + which + ": " + e);
        System.out.println("  replay: .ci/fuzz --target " + target.name() + " --replay "
                + Base64.getEncoder().encodeToString(input));
        Throwable root = e.getCause() == null ? e : e.getCause();
        StackTraceElement[] trace = root.getStackTrace();
        for (int i = 0; i < Math.min(FRAMES, trace.length); i++) {
            System.out.println("    at " + trace[i]);
        }
    }

    /** What failures of one cause have in common: the type, and the first two places of ours. */
    private static String cause(Throwable e) {
        Throwable root = e.getCause() == null ? e : e.getCause();
        var key = new StringBuilder(root.getClass().getName());
        int places = 0;
        for (StackTraceElement frame : root.getStackTrace()) {
            if (frame.getClassName().startsWith("io.github.faltung") && places++ < 2) {
                key.append(' ').append(frame);
            }
        }
        return key.toString();
    }
}
