package io.github.faltung.benchmarks.peer;

import java.util.Locale;

/**
 * What runs when a contender computes a workload.
 *
 * @param formulation how the problem is said, such as {@code direct}
 * @param implementation the contender's name of the code, or of itself
 * @param packedWeightsBytes what it keeps of weights in a layout of its own; {@link #UNKNOWN} where it does not tell
 * @param scratchpadBytes its working memory besides source and destination; {@link #UNKNOWN} where it does not tell
 */
public record How(String formulation, String implementation, long packedWeightsBytes, long scratchpadBytes) {
    /** Stands for a number that a contender does not tell. */
    public static final long UNKNOWN = -1;

    private static final String SEPARATOR = "\t";

    /** Returns something that tells its name and no more. */
    public static How named(String implementation) {
        return new How("direct", implementation, UNKNOWN, UNKNOWN);
    }

    /** Returns whether the bytes are known. */
    public boolean tellsBytes() {
        return packedWeightsBytes != UNKNOWN && scratchpadBytes != UNKNOWN;
    }

    /** Returns one line that {@link #parse} reads. */
    public String text() {
        return String.join(
                SEPARATOR,
                formulation,
                implementation,
                Long.toString(packedWeightsBytes),
                Long.toString(scratchpadBytes));
    }

    /** Reads what {@link #text} has written. */
    public static How parse(String text) {
        String[] fields = text.split(SEPARATOR);
        return new How(fields[0], fields[1], Long.parseLong(fields[2]), Long.parseLong(fields[3]));
    }

    @Override
    public String toString() {
        String what = formulation.equals("direct") ? implementation : formulation + ", " + implementation;
        return tellsBytes()
                ? String.format(Locale.ROOT, "%s, %d bytes", what, packedWeightsBytes + scratchpadBytes)
                : what;
    }
}
