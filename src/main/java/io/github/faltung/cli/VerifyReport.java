package io.github.faltung.cli;

import io.github.faltung.checking.CaseResult;
import io.github.faltung.checking.ProblemResult;
import io.github.faltung.checking.Verdict;
import java.io.PrintWriter;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** Prints results as they come, and counts them. */
final class VerifyReport {
    private final PrintWriter out;
    private final boolean quiet;
    private final boolean verbose;
    private final Map<Verdict, Integer> verdicts = new EnumMap<>(Verdict.class);
    private final Map<String, Integer> implementations = new TreeMap<>();
    private int sampled;

    VerifyReport(PrintWriter out, boolean quiet, boolean verbose) {
        this.out = out;
        this.quiet = quiet;
        this.verbose = verbose;
    }

    void begin(String what, int optionLines) {
        if (quiet) {
            return;
        }
        out.println(what);
        if (optionLines > 0) {
            out.println("ignored " + optionLines + " lines of options without a problem");
        }
        out.flush();
    }

    void note(String line) {
        if (!quiet) {
            out.println(line);
            out.flush();
        }
    }

    void add(ProblemResult result) {
        sampled += result.compared() < result.total() && result.compared() > 0 ? 1 : 0;
        add(result.verdict(), result.implementation(), result);
    }

    void add(CaseResult result) {
        sampled += result.isSampled() ? 1 : 0;
        add(result.verdict(), result.implementation(), result);
    }

    private void add(Verdict verdict, String implementation, Object result) {
        verdicts.merge(verdict, 1, Integer::sum);
        if (!implementation.isEmpty()) {
            implementations.merge(implementation, 1, Integer::sum);
        }
        boolean prints = switch (verdict) {
            case PASSED -> verbose;
            case FAILED -> true;
            case SKIPPED -> !quiet;
        };
        if (prints) {
            out.println(result);
            out.flush();
        }
    }

    void end() {
        if (!quiet) {
            implementations.forEach((name, count) -> out.printf("%6d × %s%n", count, name));
            out.println(sampled + " compared on a random sample of their outputs, the others whole");
        }
        out.println(count(Verdict.PASSED) + " passed, " + count(Verdict.FAILED) + " failed, " + count(Verdict.SKIPPED)
                + " skipped");
        out.flush();
    }

    int count(Verdict verdict) {
        return verdicts.getOrDefault(verdict, 0);
    }
}
