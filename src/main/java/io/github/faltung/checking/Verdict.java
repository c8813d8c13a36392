package io.github.faltung.checking;

/** What came of running a problem. */
public enum Verdict {
    /** Everything that was compared is right, and the comparison could have failed. */
    PASSED,
    /** An output is wrong, the engine threw, or the comparison would have proved nothing. */
    FAILED,
    /** It was not run, for a reason that is given. */
    SKIPPED
}
