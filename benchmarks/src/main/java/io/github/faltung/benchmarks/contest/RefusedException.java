package io.github.faltung.benchmarks.contest;

/** A contender's JVM does not do what it was told; the message tells why. */
final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RefusedException(String reason) {
        super(reason);
    }
}
