package io.github.faltung.image;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a kernel's sums of 8-bit samples are made, so that nearly all round to what the sum in double precision rounds to.
 *
 * <p>Where all partial sums are multiples of one power of two and few enough of it, as with whole numbers or sixteenths, they are exact. So
 * they are where all weights are multiples of one number, as of means: then the multiples are summed, and the sum scaled, and for each sum there
 * is it has been tried that the right sample comes of it. Other sums are {@linkplain SumError off} by so much
 * that some are made again. Windows that are nearly some columns times rows are summed by these, if that is faster, so that products are rounded
 * seldom, and what they are off the weights is added.
 *
 * <p>Where 8-bit products are fast, windows may be split into a few of 8-bit weights, whose sums are exact integers.
 *
 * @param terms what is added up: the window, columns times rows, or windows of 8-bit weights
 * @param scale by which sums are multiplied
 * @param shift what is added then, so that the nearest whole number is the sample, or if sums may be off, not above it
 * @param error by how much a sum may be off
 * @param costs by which the terms were chosen
 */
record ByteSums(List<ByteTerm> terms, double scale, double shift, SumError error, SumCosts costs) {
    /** What three leave of a weight is less than 2⁻²⁴ of the largest, where f32 ends as well. */
    private static final int MOST_PARTS = 3;

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
     * @param costs by which the fastest are found
     */
    static ByteSums of(ImageKernel flipped, double half, SumCosts costs) {
        BytePass window = BytePass.of(flipped);
        if (isExact(window.magnitude(), window.unit())) {
            // Sums are not ties, if half a unit is added.
            double shift = half + DOWN + Math.min(window.unit(), 0.5) / 2;
            return new ByteSums(exactTerms(window, costs), 1, shift, SumError.NONE, costs);
        }
        return ofMultiples(window, half, costs).orElseGet(() -> fastest(window, half, costs));
    }

    private static boolean isExact(double magnitude, double unit) {
        return Picture.WHITE * magnitude + 2 <= unit * UNITS;
    }

    /** Returns what sums are multiplied by, rather than by 1, so that they are not above what they should be. */
    double lowering() {
        return scale * (1 - error.share());
    }

    /** Returns what the lower numbers are multiplied by, so that they are not below what they should be once {@link #lift} is added. */
    double raising() {
        return (1 + error.share()) / (1 - error.share());
    }

    /** Returns what is added to the raised numbers. */
    double lift() {
        return 2 * error.fixed() + shift * (1 - raising());
    }

    /** Returns by how much a sum may be off at most. */
    double bound() {
        return error.of(
                Picture.WHITE * terms.stream().mapToDouble(ByteTerm::magnitude).sum());
    }

    /** Returns the fastest terms whose sums are exact, given a window whose are. */
    private static List<ByteTerm> exactTerms(BytePass window, SumCosts costs) {
        List<ByteTerm> best = List.of(new ByteTerm.Passes(List.of(window)));
        Optional<EightBitParts> parts = costs.isFastWithBytes() ? EightBitParts.exact(window) : Optional.empty();
        if (parts.isPresent() && costs.of(parts.get().terms()) < costs.of(best)) {
            best = parts.get().terms();
        }
        var crosses = new CrossTerms(window);
        while (costs.of(crosses.terms()) < costs.of(best) && crosses.add()) {
            boolean isExact = crosses.isAll() && isExact(crosses.magnitude(), crosses.unit());
            if (isExact && costs.of(crosses.terms()) < costs.of(best)) {
                return List.copyOf(crosses.terms());
            }
        }
        return best;
    }

    private static Optional<ByteSums> ofMultiples(BytePass window, double half, SumCosts costs) {
        Optional<BytePass> multiples = window.multiples().filter(some -> isExact(some.magnitude(), 1));
        if (multiples.isEmpty()) {
            return Optional.empty();
        }
        double scale = window.magnitude() / multiples.get().magnitude();
        List<ByteTerm> terms = exactTerms(multiples.get(), costs);
        // Half a step more or less keeps off the ties of sums that lie just above whole numbers, or just below; between
        // them, as where samples are rounded to the nearest, none is needed.
        return Stream.of(scale / 2, 0.0, -scale / 2)
                .map(aside -> new ByteSums(terms, scale, half + DOWN + aside, SumError.NONE, costs))
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

    /** Chooses among the window, 8-bit parts of it, and more and more columns times rows: the more, the fewer samples are summed again. */
    private static ByteSums fastest(BytePass window, double half, SumCosts costs) {
        SumError error = SumError.of(window.height() * window.width(), window.magnitude(), window.isPositive());
        ByteSums best = approximate(List.of(new ByteTerm.Passes(List.of(window))), error, half, costs);
        for (int count = 2; count <= MOST_PARTS && costs.isFastWithBytes(); count++) {
            Optional<ByteSums> parts = EightBitParts.near(window, count).map(some -> ofParts(some, half, costs));
            if (parts.isPresent() && parts.get().cost() < best.cost()) {
                best = parts.get();
            }
        }
        var crosses = new CrossTerms(window);
        while (costs.of(crosses.terms()) < best.cost() && crosses.add()) {
            int roundings = window.height() + window.width() + crosses.terms().size();
            SumError off = SumError.of(roundings, crosses.magnitude(), crosses.isPositive())
                    .plus(Picture.WHITE * crosses.distance());
            ByteSums sums = approximate(List.copyOf(crosses.terms()), off, half, costs);
            best = sums.cost() < best.cost() ? sums : best;
        }
        return best;
    }

    private static ByteSums approximate(List<ByteTerm> terms, SumError error, double half, SumCosts costs) {
        return new ByteSums(terms, 1, half + DOWN - error.fixed(), error, costs);
    }

    /** What is left of the weights is off by as much either way, once its sum over a picture half as light as can be is added. */
    static ByteSums ofParts(EightBitParts parts, double half, SumCosts costs) {
        double middle = Picture.WHITE / 2.0;
        // Of each part the sum is rounded as it becomes a float, and is scaled, and the parts are added up.
        int roundings = 2 + parts.terms().size();
        SumError error = SumError.of(roundings, parts.magnitude(), false).plus(middle * parts.distance());
        return approximate(parts.terms(), error, half + middle * parts.offset(), costs);
    }

    /** Returns how long an output takes, in the unit of {@link SumCosts}. */
    double cost() {
        return costs.of(terms) + costs.again(terms, error);
    }

    /** Returns whether no sum is off. */
    boolean isExact() {
        return error.isNone();
    }

    /** Returns how many rows of results so many rows of samples have: one for each, or where sums may be off, a low and a high one. */
    int resultRows(int rows) {
        return isExact() ? rows : 2 * rows;
    }

    /** Returns whether weights are of 8 bits. */
    boolean isOfEightBits() {
        return terms.get(0) instanceof ByteTerm.EightBits;
    }
}
