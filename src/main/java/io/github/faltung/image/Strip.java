package io.github.faltung.image;

/** Some rows of an image with what surrounds them, ready to be convolved. */
final class Strip {
    private final int planes;
    private final int height;
    private final int width;
    private final double[] values;

    /**
     * Makes a strip of an array, which it keeps.
     *
     * @param planes the number of bands
     * @param height in rows, the kernel's overlap counted
     * @param width in columns, the kernel's overlap counted
     * @param values {@code [planes, height, width]}
     */
    Strip(int planes, int height, int width, double[] values) {
        this.planes = planes;
        this.height = height;
        this.width = width;
        this.values = values;
    }

    int planes() {
        return planes;
    }

    int height() {
        return height;
    }

    int width() {
        return width;
    }

    /** Returns the strip's own array, {@code [planes, height, width]}. */
    double[] values() {
        return values;
    }

    /** Returns the largest absolute value, or NaN if there is a NaN. */
    double largest() {
        double largest = 0;
        for (double value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    /** Returns whether all values are whole numbers. */
    boolean isWhole() {
        for (double value : values) {
            if (value != Math.rint(value)) {
                return false;
            }
        }
        return true;
    }

    /** Returns the values as floats, or nothing if some of them are not floats. */
    float[] toFloats() {
        var floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
            if (floats[i] != values[i]) {
                return new float[0];
            }
        }
        return floats;
    }
}
