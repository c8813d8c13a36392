package io.github.faltung.onednn;

import io.github.faltung.ChildJvm;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Numbered cases that a child JVM runs one after the other, each of which may crash it: it prints {@link #BEGINS} and the number before each,
 * and {@link #FAILED} before what went wrong.
 *
 * @param from the first
 * @param to the first that is not run
 */
record CaseRange(int from, int to) {
    /** Stands before the number of a case that begins. */
    static final String BEGINS = "#";

    /** Stands before what is wrong with the case that has begun. */
    static final String FAILED = "FAILED ";

    private static final Pattern CASE = Pattern.compile("(?m)^" + BEGINS + "(\\d+) ");

    /** Reads {@code COUNT} or {@code FROM-TO}. */
    static CaseRange parse(String text) {
        String[] ends = text.split("-", 2);
        return ends.length == 1
                ? new CaseRange(0, Integer.parseInt(text))
                : new CaseRange(Integer.parseInt(ends[0]), Integer.parseInt(ends[1]));
    }

    int count() {
        return to - from;
    }

    /**
     * Runs the cases by a {@code main} that takes an argument, the range, and more arguments. After a case that crashes or hangs it goes on
     * with the next.
     *
     * @param cpuSeconds for all cases together
     * @return the lines printed; a case that crashed or hung ends with a line that says so, as of one that failed
     */
    List<String> run(ChildJvm jvm, long cpuSeconds, Class<?> main, String first, String... more) {
        var lines = new ArrayList<String>();
        for (int next = from; next < to; ) {
            var arguments = new ArrayList<>(List.of(first, new CaseRange(next, to).toString()));
            arguments.addAll(List.of(more));
            ChildJvm.Ended ended = jvm.runToAnyEnd(cpuSeconds, main, arguments.toArray(String[]::new));
            ended.output().lines().forEach(lines::add);
            if (ended.how().isEmpty()) {
                break;
            }
            next = last(ended.output()) + 1;
            lines.add(FAILED + ended.how());
        }
        return lines;
    }

    private static int last(String output) {
        Matcher begun = CASE.matcher(output);
        int last = -1;
        while (begun.find()) {
            last = Integer.parseInt(begun.group(1));
        }
        if (last < 0) {
            throw new AssertionError("no case has begun:\n" + output);
        }
        return last;
    }

    /** Returns what {@link #parse} reads. */
    @Override
    public String toString() {
        return from + "-" + to;
    }
}
