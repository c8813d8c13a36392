package io.github.faltung.benchmarks.contest;

import io.github.faltung.benchmarks.peer.Prepared;
import io.github.faltung.benchmarks.workload.Workload;
import io.github.faltung.checking.Comparison;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A contender's own JVM. Arguments: the contender, the number of threads. Reads commands, one a line, from standard input, and answers each
 * with one line:
 *
 * <pre>
 * prepare WORKLOAD     makes it ready, runs it once and compares           ready RATIO HOW, or refused REASON
 * time BEFORE CALLS    runs it so often untimed, then so often timed       nanos MEDIAN MINIMUM, or refused REASON
 * bandwidth            streams memory through all threads                  nanos NANOSECONDS of a gigabyte
 * </pre>
 *
 * RATIO is the worst error in units of its bound; NaN of a contender that computes something else. What else is printed, such as by a native library, does not begin with {@value #MARK}.
 */
final class ContenderServer {
    /** What every answer begins with. */
    static final String MARK = "@@ ";

    private final Contender contender;
    private final int threads;
    private @Nullable Prepared prepared;

    private ContenderServer(Contender contender, int threads) {
        this.contender = contender;
        this.threads = threads;
    }

    /** Serves until standard input ends. */
    public static void main(String[] args) throws IOException {
        var server = new ContenderServer(Contender.named(args[0]), Integer.parseInt(args[1]));
        var commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String answer = server.answer(line);
            System.out.println(MARK + answer.replaceAll("\\R", " "));
            System.out.flush();
        }
        server.release();
    }

    private String answer(String line) {
        String[] words = line.split(" ", 2);
        try {
            return switch (words[0]) {
                case "prepare" -> prepare(Workload.parse(words[1]));
                case "time" -> "nanos " + nanos(words[1].split(" "));
                case "bandwidth" -> "nanos " + Bandwidth.nanosOfGigabyte(threads);
                default -> "refused " + line;
            };
        } catch (RuntimeException | LinkageError e) {
            return "refused " + (e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }

    private String prepare(Workload workload) {
        release();
        Prepared made = contender.prepare(workload, threads);
        prepared = made;
        made.run();
        if (!made.isComparable()) {
            return "ready " + Double.NaN + " " + made.how().text();
        }
        Comparison comparison = made.compare(workload);
        if (!comparison.isMatch()) {
            release();
            return "refused its output is wrong: " + comparison;
        }
        return "ready " + comparison.worstRatio() + " " + made.how().text();
    }

    private void release() {
        Prepared old = prepared;
        prepared = null;
        if (old != null) {
            old.close();
        }
    }

    private String nanos(String[] counts) {
        Prepared ready = prepared;
        if (ready == null) {
            throw new IllegalStateException("nothing is prepared");
        }
        for (int i = Integer.parseInt(counts[0]); i > 0; i--) {
            ready.run();
        }
        var nanos = new long[Integer.parseInt(counts[1])];
        for (int i = 0; i < nanos.length; i++) {
            long start = System.nanoTime();
            ready.run();
            nanos[i] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        return nanos[nanos.length / 2] + " " + nanos[0];
    }
}
