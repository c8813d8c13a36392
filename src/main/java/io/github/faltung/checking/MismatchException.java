package io.github.faltung.checking;

/** A result that rounding does not explain: the engine is wrong, or the data was not what an exact check was promised. */
public final class MismatchException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Comparison comparison;
    private final long seed;

    /**
     * Makes one.
     *
     * @param problem as a line
     * @param seed of the sample of outputs
     */
    MismatchException(Object problem, String engine, OutputSample sample, Comparison comparison, long seed) {
        super(engine + " is wrong: " + comparison + "; looked at " + sample + ", seed " + seed + ": " + problem);
        this.comparison = comparison;
        this.seed = seed;
    }

    /** Returns what was found. */
    public Comparison comparison() {
        return comparison;
    }

    /** Returns the seed of the sample of outputs. */
    public long seed() {
        return seed;
    }
}
