package io.github.faltung.checking;

/**
 * What came of one case.
 *
 * @param name of the case
 * @param how the engine and the arrangement; empty if nothing was run
 * @param reason why it failed or was skipped; what is to be known of a pass, mostly nothing
 * @param implementation the engine's name of the code that ran; empty if none did
 * @param isSampled whether only some of the outputs were compared
 * @param worstRatio the engine's largest error in units of its bound
 * @param expectedRatio that of the expected output; NaN if there is none
 */
public record CaseResult(
        String name,
        String how,
        Verdict verdict,
        String reason,
        String implementation,
        boolean isSampled,
        double worstRatio,
        double expectedRatio) {

    /** Returns a result of a case that did not run. */
    public static CaseResult without(String name, String how, Verdict verdict, String reason) {
        return new CaseResult(name, how, verdict, reason, "", false, 0, 0);
    }

    /** Returns one line. */
    @Override
    public String toString() {
        var line = new StringBuilder(verdict.toString()).append(' ').append(name);
        if (!how.isEmpty()) {
            line.append(" [").append(how).append(']');
        }
        if (!implementation.isEmpty()) {
            line.append(String.format(" %s, error / bound %.3g", implementation, worstRatio));
            if (!Double.isNaN(expectedRatio)) {
                line.append(String.format(", expected output's %.3g", expectedRatio));
            }
        }
        return reason.isEmpty()
                ? line.toString()
                : line.append(": ").append(reason).toString();
    }
}
