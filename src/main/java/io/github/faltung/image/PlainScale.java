package io.github.faltung.image;

import java.awt.image.DataBuffer;
import java.awt.image.SampleModel;

/**
 * Samples that are summed as they are. Sums become whole numbers in the range of the samples.
 *
 * @param least the least sample
 * @param most the greatest sample
 * @param half 0 if sums are rounded down, ½ if they are rounded to the nearest, upwards from the middle
 */
record PlainScale(double least, double most, double half) implements SampleScale {
    /** Returns the scale of a band that sums are written to. */
    static SampleScale of(SampleModel dst, int band, double half) {
        return switch (dst.getDataType()) {
            case DataBuffer.TYPE_FLOAT, DataBuffer.TYPE_DOUBLE -> Unrounded.SAMPLES;
            case DataBuffer.TYPE_SHORT -> new PlainScale(Short.MIN_VALUE, Short.MAX_VALUE, half);
            default -> {
                int bits = dst.getSampleSize(band);
                yield bits < Integer.SIZE
                        ? new PlainScale(0, (1L << bits) - 1, half)
                        : new PlainScale(Integer.MIN_VALUE, Integer.MAX_VALUE, half);
            }
        };
    }

    @Override
    public double decode(double sample) {
        return sample;
    }

    @Override
    public double encode(double sum) {
        return Math.max(least, Math.min(most, Math.floor(sum + half)));
    }

    /** Samples of floating-point types: sums stay what they are, rounded to the type. */
    private enum Unrounded implements SampleScale {
        SAMPLES;

        @Override
        public double decode(double sample) {
            return sample;
        }

        @Override
        public double encode(double sum) {
            return sum;
        }

        @Override
        public boolean isStepped() {
            return false;
        }
    }
}
