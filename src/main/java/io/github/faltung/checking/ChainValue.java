package io.github.faltung.checking;

import io.github.faltung.tensor.Dims;

/** A value of a chain: its source or a layer's output. The arrays are not copied: whoever gets them may read, not write. */
final class ChainValue {
    /** The bounds are sums and products of non-negative numbers in double precision; this exceeds their roundings. */
    private static final double OWN_ROUNDING = 1 + 0x1p-40;

    private final Dims dims;
    private final double[] values;
    private final double[] bounds;

    /**
     * Takes the arrays, channels first.
     *
     * @param values the reference's, before they are rounded to f32
     * @param bounds how far an engine's may lie from these
     */
    ChainValue(Dims dims, double[] values, double[] bounds) {
        this.dims = dims;
        this.values = values;
        this.bounds = bounds;
    }

    Dims dims() {
        return dims;
    }

    double[] values() {
        return values;
    }

    double[] bounds() {
        return bounds;
    }

    /** Returns the values in f32, as the next layer takes them. */
    float[] rounded() {
        var rounded = new float[values.length];
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = (float) values[i];
        }
        return rounded;
    }

    /** Returns the bounds of the rounded values, themselves rounded up to f32: infinite where an engine may have an infinity. */
    float[] boundsOfRounded() {
        var rounded = new float[values.length];
        for (int i = 0; i < rounded.length; i++) {
            boolean mayBeInfinite = ErrorBound.mayBeInfinite(values[i], bounds[i]);
            double bound = mayBeInfinite ? Double.POSITIVE_INFINITY : bounds[i];
            double off = (bound + Math.abs((float) values[i] - values[i])) * OWN_ROUNDING;
            rounded[i] = off == 0 ? 0 : Math.nextUp((float) off);
        }
        return rounded;
    }

    /** Returns the same numbers in double precision. */
    static double[] exactly(float[] values) {
        var exact = new double[values.length];
        for (int i = 0; i < exact.length; i++) {
            exact[i] = values[i];
        }
        return exact;
    }
}
