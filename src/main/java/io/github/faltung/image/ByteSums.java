package io.github.faltung.image;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a kernel's sums of 8-bit samples are made in f32, so that nearly all round to what the sum in double precision rounds to.
 *
 * <p>Where all partial sums are multiples of one power of two and few enough of it, as with whole numbers or sixteenths, they are exact. So
 * they are where all weights are multiples of one number, as of means: then the multiples are summed, and the sum scaled, and for each sum there
 * is it has been tried that the right sample comes of it. Other sums are off by up to a {@link #bound}, γₖ · 255 · Σ|w|, γₖ = k·u / (1 − k·u), u
 * = 2⁻²⁴, where each product is rounded k times (Higham, <em>Accuracy and Stability of Numerical Algorithms</em>, 2nd edition, §3.1), and n
 * times the least float for products that underflow. Windows that are nearly a column times a row are summed by these, so that k is small,
 * and what their products are off the weights is added to the bound.
 *
 * @param passes one window of weights, or a column and then a row
 * @param scale by which sums are multiplied
 * @param shift what is added then, so that the nearest whole number is the sample, or if sums may be off, not above it
 * @param bound by how much a sum may be off; 0 if none is
 */
record ByteSums(List<BytePass> passes, double scale, double shift, double bound) {
    /** Added before numbers are rounded to the nearest, it has them rounded down. */
    private static final double DOWN = -0.5;

    /** Sums of at most so many units are exact, and stay so when half a unit is added. */
    private static final double UNITS = 0x1p22;

    /** Scaling a sum to a byte's size and adding to it is off by less. */
    private static final double OFF = 0x1p-14;

    /**
     * Chooses.
     *
     * @param flipped the kernel as it is laid over the image
     * @param half what is added before sums are rounded down
     */
    static ByteSums of(ImageKernel flipped, double half) {
        BytePass window = BytePass.of(flipped);
        if (isExact(window.magnitude(), window.unit())) {
            // Sums are not ties, if half a unit is added.
            double shift = half + DOWN + Math.min(window.unit(), 0.5) / 2;
            return new ByteSums(exactPasses(window), 1, shift, 0);
        }
        return ofMultiples(window, half).or(() -> separate(window, half)).orElseGet(() -> {
            double bound = bound(window);
            return new ByteSums(List.of(window), 1, half + DOWN - bound, bound);
        });
    }

    private static boolean isExact(double magnitude, double unit) {
        return Picture.WHITE * magnitude + 2 <= unit * UNITS;
    }

    private static double bound(BytePass window) {
        return bound(window.height() * window.width() + 1, window.magnitude());
    }

    /** The bound where a product is rounded so often, and the sum three times more when numbers of at most 1 are added to it. */
    private static double bound(int roundings, double magnitude) {
        return ExactSums.gamma(roundings + 3, ExactSums.ROUNDOFF) * (Picture.WHITE * magnitude + 2) * (1 + 0x1p-10)
                + roundings * (double) Float.MIN_VALUE;
    }

    private static List<BytePass> exactPasses(BytePass window) {
        return window.factors()
                .filter(two -> window.distance(two.get(0), two.get(1)) == 0)
                .filter(two -> isExact(
                        two.get(0).magnitude() * two.get(1).magnitude(),
                        two.get(0).unit() * two.get(1).unit()))
                .orElse(List.of(window));
    }

    private static Optional<ByteSums> ofMultiples(BytePass window, double half) {
        Optional<BytePass> multiples = window.multiples().filter(some -> isExact(some.magnitude(), 1));
        if (multiples.isEmpty()) {
            return Optional.empty();
        }
        double scale = window.magnitude() / multiples.get().magnitude();
        List<BytePass> passes = exactPasses(multiples.get());
        // Half a step more or less keeps off the ties of sums that lie just above whole numbers, or just below; between
        // them, as where samples are rounded to the nearest, none is needed.
        return Stream.of(scale / 2, 0.0, -scale / 2)
                .map(aside -> new ByteSums(passes, scale, half + DOWN + aside, 0))
                .filter(sums -> sums.scalesRightly(multiples.get(), half))
                .findFirst();
    }

    /** Tries all sums there are. */
    private boolean scalesRightly(BytePass multiples, double half) {
        long least = 0;
        long most = 0;
        for (float multiple : multiples.weights()) {
            least += Picture.WHITE * (long) Math.min(0, multiple);
            most += Picture.WHITE * (long) Math.max(0, multiple);
        }
        for (long sum = least; sum <= most; sum++) {
            double sample = Math.max(0, Math.min(Picture.WHITE, Math.floor(sum * scale + half)));
            double near = sum * scale + shift - sample;
            boolean isRight = (near < 0.5 - OFF || sample == Picture.WHITE) && (near > OFF - 0.5 || sample == 0);
            if (!isRight) {
                return false;
            }
        }
        return true;
    }

    private static Optional<ByteSums> separate(BytePass window, double half) {
        return window.factors().flatMap(two -> {
            BytePass column = two.get(0);
            BytePass row = two.get(1);
            int roundings = column.height() + row.width() + 2;
            double bound = bound(roundings, column.magnitude() * row.magnitude())
                    + Picture.WHITE * window.distance(column, row);
            return bound <= bound(window)
                    ? Optional.of(new ByteSums(two, 1, half + DOWN - bound, bound))
                    : Optional.empty();
        });
    }
}
