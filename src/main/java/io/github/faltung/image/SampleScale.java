package io.github.faltung.image;

/** What a sample stands for in the sum, and which sample a sum becomes. Immutable. */
interface SampleScale {
    /** Returns the number that takes part in the sum, which a float holds if it holds the sample. */
    double decode(double sample);

    /** Returns the sample of a sum, rounded and held within the range of samples; never decreases as the sum grows. */
    double encode(double sum);

    /** Returns whether many sums become the same sample, so that a sum that is nearly right most often becomes the right one. */
    default boolean isStepped() {
        return true;
    }
}
