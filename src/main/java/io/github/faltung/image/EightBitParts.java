package io.github.faltung.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * A window of weights as a few of 8-bit weights, each 254 times as fine as the one before: processors with instructions for 8-bit products, or with
 * tiles, compute these several times as fast as those of f32 numbers.
 */
final class EightBitParts {
    /** Half a unit either way is so many of the next part's. */
    private static final int FINER = 2 * ByteTerm.EightBits.MOST;

    /** Whole numbers up to this are f32 numbers. */
    private static final double WHOLE = 0x1p24;

    /** Sums of 8-bit products are of 32 bits. */
    private static final double MOST_SUM = Integer.MAX_VALUE;

    private final double[] left;
    private final int height;
    private final int width;
    private final double all;
    private final List<ByteTerm> parts = new ArrayList<>();

    private EightBitParts(BytePass window) {
        left = window.doubles().toArray();
        height = window.height();
        width = window.width();
        all = window.magnitude();
    }

    /**
     * Returns the parts that are nearest to a window, or nothing if there are none.
     *
     * @param count how many
     */
    static Optional<EightBitParts> near(BytePass window, int count) {
        var split = new EightBitParts(window);
        float unit = (float) (split.largest() / ByteTerm.EightBits.MOST);
        for (int i = 0; i < count; i++) {
            if (unit < Float.MIN_NORMAL || !split.add(unit)) {
                return Optional.empty();
            }
            unit /= FINER;
        }
        return Optional.of(split);
    }

    /** Returns parts that are just a window, so that each number on the way to a sum of theirs is exact; or nothing if there are none, of at most two. */
    static Optional<EightBitParts> exact(BytePass window) {
        float unit = (float) window.unit();
        var split = new EightBitParts(window);
        if (split.largest() > ByteTerm.EightBits.MOST * unit) {
            split.add(unit * FINER);
        }
        split.add(unit);
        boolean isExact = split.distance() == 0
                && split.parts.stream().allMatch(part -> Picture.WHITE * part.magnitude() <= WHOLE * unit);
        return isExact ? Optional.of(split) : Optional.empty();
    }

    private double largest() {
        return DoubleStream.of(left).map(Math::abs).max().orElse(0);
    }

    /** Takes a part off what is left; returns whether its sums have few enough bits. */
    private boolean add(float unit) {
        var weights = new float[left.length];
        for (int i = 0; i < left.length; i++) {
            double nearest = Math.rint(left[i] / unit);
            weights[i] = (float) Math.max(-ByteTerm.EightBits.MOST, Math.min(ByteTerm.EightBits.MOST, nearest));
            left[i] -= (double) unit * weights[i];
        }
        var window = new BytePass(height, width, weights);
        parts.add(new ByteTerm.EightBits(window, unit));
        return Picture.WHITE * window.magnitude() <= MOST_SUM;
    }

    /** Returns the parts, the coarsest first. */
    List<ByteTerm> terms() {
        return List.copyOf(parts);
    }

    /** Returns the sum of the products' magnitudes, of all parts. */
    double magnitude() {
        return parts.stream().mapToDouble(ByteTerm::magnitude).sum();
    }

    /** Returns the sum of what the parts are off the weights, by which sums are lower the lighter the picture is. */
    double offset() {
        return DoubleStream.of(left).sum();
    }

    /** Returns a bound of the sum of the magnitudes of what the parts are off the weights. */
    double distance() {
        double sum = DoubleStream.of(left).map(Math::abs).sum();
        // Subtractions, in double precision, were off by up to an ulp of what there was, but not where nothing is left.
        return sum == 0 ? 0 : sum + parts.size() * all * Math.ulp(1.0);
    }
}
