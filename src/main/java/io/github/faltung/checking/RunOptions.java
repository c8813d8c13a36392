package io.github.faltung.checking;

/**
 * How a {@link ProblemRunner} runs problems.
 *
 * @param exact whether to fill with integers and compare with {@code ==} where the post-ops allow; else with reals, within the bound
 * @param bias whether the layers have one
 * @param seed of fills and samples
 * @param multiplyAdds what a check may cost the reference, in products: decides whether all outputs are compared or a sample
 */
public record RunOptions(boolean exact, boolean bias, long seed, long multiplyAdds) {
    /** Returns: exact where possible, bias, seed 1, some ten milliseconds of the reference's time. */
    public static RunOptions defaults() {
        return new RunOptions(true, true, 1, 1 << 21);
    }

    /** Returns the same with another seed. */
    public RunOptions withSeed(long seed) {
        return new RunOptions(exact, bias, seed, multiplyAdds);
    }

    /** Returns the same with real fills. */
    public RunOptions withRealFill() {
        return new RunOptions(false, bias, seed, multiplyAdds);
    }

    /** Returns the same without bias. */
    public RunOptions withoutBias() {
        return new RunOptions(exact, false, seed, multiplyAdds);
    }

    /** Returns the same with another price. */
    public RunOptions withMultiplyAdds(long multiplyAdds) {
        return new RunOptions(exact, bias, seed, multiplyAdds);
    }
}
