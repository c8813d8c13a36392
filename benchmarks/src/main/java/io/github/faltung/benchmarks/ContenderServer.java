package io.github.faltung.benchmarks;

import io.github.faltung.checking.Comparison;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * A contender's own JVM. Arguments: the contender, the number of threads. Reads commands, one a line, from standard input, and answers each
 * with one line:
 *
 * <pre>
 * prepare WORKLOAD   makes it ready, runs it once and compares      ready HOW, or refused REASON
 * time CALLS         runs it so often                               nanos NANOSECONDS
 * </pre>
 *
 * What else is printed, such as by a native library, does not begin with {@value #MARK}.
 */
final class ContenderServer {
    /** What every answer begins with. */
    static final String MARK = "@@ ";

    private ContenderServer() {}

    /** Serves until standard input ends. */
    public static void main(String[] args) throws IOException {
        var contender = Contender.named(args[0]);
        int threads = Integer.parseInt(args[1]);
        var commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        Prepared prepared = null;
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] words = line.split(" ");
            if (words[0].equals("prepare")) {
                if (prepared != null) {
                    prepared.close();
                }
                Workload workload = Workload.named(words[1]);
                prepared = contender.prepare(workload, threads);
                prepared.run();
                answer(verdict(workload.compare(prepared.output()), prepared));
            } else if (words[0].equals("time") && prepared != null) {
                answer("nanos " + nanos(prepared, Integer.parseInt(words[1])));
            } else {
                answer("refused " + line);
            }
        }
        if (prepared != null) {
            prepared.close();
        }
    }

    private static String verdict(Comparison comparison, Prepared prepared) {
        return comparison.isMatch()
                ? "ready " + prepared.how() + ", worst error / bound " + comparison.worstRatio()
                : "refused its output is wrong: " + comparison;
    }

    private static long nanos(Prepared prepared, int calls) {
        long start = System.nanoTime();
        for (int i = 0; i < calls; i++) {
            prepared.run();
        }
        return System.nanoTime() - start;
    }

    private static void answer(String text) {
        System.out.println(MARK + text.replaceAll("\\R", " "));
        System.out.flush();
    }
}
