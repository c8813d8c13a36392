package io.github.faltung.checking;

import io.github.faltung.convolution.Problem;

/**
 * What came of one problem.
 *
 * @param direction what was computed
 * @param name the problem's name in its file; may be empty
 * @param reason why it failed or was skipped; empty if it passed
 * @param implementation the engine's name of the code that ran; empty if none did
 * @param exact whether the comparison was by {@code ==}
 * @param compared how many outputs were looked at
 * @param total how many there are
 * @param worstRatio the largest error in units of its bound
 * @param engineNanos one call, the first of the layer, so it includes what the engine prepares then
 * @param referenceNanos evaluating what was compared
 * @param seed of the fill and the sample
 */
public record ProblemResult(
        Problem problem,
        Direction direction,
        String name,
        Arrangement arrangement,
        Verdict verdict,
        String reason,
        String implementation,
        boolean exact,
        long compared,
        long total,
        double worstRatio,
        long engineNanos,
        long referenceNanos,
        long seed) {

    /** A problem without a comparison. */
    static ProblemResult without(
            Problem problem,
            Direction direction,
            Arrangement arrangement,
            Verdict verdict,
            String reason,
            RunOptions options) {
        long total = problem.dstDims().elements();
        return new ProblemResult(
                problem,
                direction,
                "",
                arrangement,
                verdict,
                reason,
                "",
                options.exact(),
                0,
                total,
                0,
                0,
                0,
                options.seed());
    }

    /** Returns the same under a name. */
    ProblemResult named(String name) {
        return new ProblemResult(
                problem,
                direction,
                name,
                arrangement,
                verdict,
                reason,
                implementation,
                exact,
                compared,
                total,
                worstRatio,
                engineNanos,
                referenceNanos,
                seed);
    }

    /** Returns one line. */
    @Override
    public String toString() {
        var line = new StringBuilder(verdict.toString()).append(' ').append(problem);
        if (!name.isEmpty()) {
            line.append(" n\"").append(name).append('"');
        }
        if (direction != Direction.FORWARD) {
            line.append(" --dir=").append(direction.shortName());
        }
        line.append(" [").append(arrangement).append("] ");
        if (!implementation.isEmpty()) {
            line.append(implementation).append(", ");
        }
        if (compared > 0) {
            line.append(compared).append(" of ").append(total).append(" outputs, ");
            line.append(exact ? "exact, " : String.format("error / bound %.3g, ", worstRatio));
        }
        line.append("seed ").append(seed);
        return reason.isEmpty()
                ? line.toString()
                : line.append(": ").append(reason).toString();
    }
}
