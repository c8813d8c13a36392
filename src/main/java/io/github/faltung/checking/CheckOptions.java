package io.github.faltung.checking;

/**
 * How a {@link CheckedEngine} checks.
 *
 * @param everyNth 1 checks each call of a layer, 2 every other, beginning with the first
 * @param outputs how many output elements a check looks at, at most; at least 2
 * @param seed of the samples; each call has one of its own
 * @param exact whether the data is known to be such that all partial sums are exact, so that results compare with {@code ==}; else
 *     they compare within the {@link ErrorBound}
 */
public record CheckOptions(long everyNth, long outputs, long seed, boolean exact) {
    /** Checks the numbers. */
    public CheckOptions {
        if (everyNth < 1) {
            throw new IllegalArgumentException("everyNth must be at least 1, but was " + everyNth);
        }
        if (outputs < 2) {
            throw new IllegalArgumentException("outputs must be at least 2, but was " + outputs);
        }
    }

    /** Returns: every call, up to 4096 outputs, within the bound. */
    public static CheckOptions defaults() {
        return new CheckOptions(1, 4096, 1, false);
    }

    /** Returns the same with another {@link #everyNth}. */
    public CheckOptions withEveryNth(long everyNth) {
        return new CheckOptions(everyNth, outputs, seed, exact);
    }

    /** Returns the same with another {@link #outputs}. */
    public CheckOptions withOutputs(long outputs) {
        return new CheckOptions(everyNth, outputs, seed, exact);
    }

    /** Returns the same with another {@link #seed}. */
    public CheckOptions withSeed(long seed) {
        return new CheckOptions(everyNth, outputs, seed, exact);
    }

    /** Returns the same with comparisons by {@code ==}. */
    public CheckOptions withExact() {
        return new CheckOptions(everyNth, outputs, seed, true);
    }
}
