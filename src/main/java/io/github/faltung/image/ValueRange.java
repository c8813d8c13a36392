package io.github.faltung.image;

/**
 * The numbers that a scale shows.
 *
 * @param least at its beginning
 * @param greatest at its end
 */
record ValueRange(float least, float greatest) {
    /** Returns the range of all numbers of an array that has at least one. */
    static ValueRange of(float[] values) {
        float least = values[0];
        float greatest = values[0];
        for (float value : values) {
            least = Math.min(least, value);
            greatest = Math.max(greatest, value);
        }
        return new ValueRange(least, greatest);
    }

    /** Returns the least range that is the same on both sides of 0. */
    static ValueRange aroundZero(float[] values) {
        ValueRange range = of(values);
        float largest = Math.max(Math.abs(range.least), Math.abs(range.greatest));
        return new ValueRange(-largest, largest);
    }

    ValueRange hull(ValueRange other) {
        return new ValueRange(Math.min(least, other.least), Math.max(greatest, other.greatest));
    }

    /** Returns where a number is between the ends, from 0 to 1; a half where the ends are the same. */
    double share(double value) {
        return greatest == least ? 0.5 : (value - least) / ((double) greatest - least);
    }
}
