package io.github.faltung.image;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a kernel's sums of 8-bit samples are made in f32, so that nearly all round to what the sum in double precision rounds to.
 *
 * <p>Where all partial sums are multiples of one power of two and few enough of it, as with whole numbers or sixteenths, they are exact. So
 * they are where all weights are multiples of one number, as of means: then the multiples are summed, and the sum scaled, and for each sum there
 * is it has been tried that the right sample comes of it. Other sums are {@linkplain SumError off} by so much
 * that some are made again. Windows that are nearly some columns times rows are summed by these, if that is faster, so that products are rounded
 * seldom, and what they are off the weights is added.
 *
 * @param terms what is added up: the window, or columns times rows
 * @param scale by which sums are multiplied
 * @param shift what is added then, so that the nearest whole number is the sample, or if sums may be off, not above it
 * @param error by how much a sum may be off
 */
record ByteSums(List<Term> terms, double scale, double shift, SumError error) {
    /** Added before numbers are rounded to the nearest, it has them rounded down. */
    private static final double DOWN = -0.5;

    // Costs of an output in taps of a column or a row, as measured on strips of 1080p, grey, of 11 x 11 to 31 x 31,
    // with AVX-512.

    /** Beside its taps a column with its row costs so many for copies. */
    private static final double EXTRA_TAPS = 10;

    /** A window's tap: their matrix products run at the processor's peak, though two fifths of the factors are zeros. */
    private static final double WINDOW_TAP = 0.75;

    /** A tap of a window that is summed again in double precision: in a profile 1 to 2 ns, a tap of a row or column 0.04 ns. */
    private static final double EXACT_TAP = 32;

    /** A sample as it is on average. */
    private static final double MIDDLE = 128;

    /** Sums of at most so many units are exact, and stay so when half a unit is added. */
    private static final double UNITS = 0x1p22;

    /** Scaling a sum to a byte's size and adding to it is off by less. */
    private static final double OFF = 0x1p-14;

    /**
     * What is summed with in passes one after the other.
     *
     * @param passes a window, or a column and then a row
     */
    record Term(List<BytePass> passes) {
        /** Returns the sum of the products' magnitudes. */
        double magnitude() {
            return passes.stream().mapToDouble(BytePass::magnitude).reduce(1, (a, b) -> a * b);
        }

        /** Returns whether no weight is negative. */
        boolean isPositive() {
            return passes.stream().allMatch(BytePass::isPositive);
        }

        /** Returns a power of two of which all products are multiples. */
        double unit() {
            return passes.stream().mapToDouble(BytePass::unit).reduce(1, (a, b) -> a * b);
        }
    }

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
            return new ByteSums(exactTerms(window), 1, shift, SumError.NONE);
        }
        return ofMultiples(window, half).orElseGet(() -> fastest(window, half));
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
                Picture.WHITE * terms.stream().mapToDouble(Term::magnitude).sum());
    }

    /** Returns the fastest terms whose sums are exact, given a window whose are. */
    private static List<Term> exactTerms(BytePass window) {
        var crosses = new CrossTerms(window);
        while (cost(crosses, 0) < cost(window, 0) && crosses.add()) {
            if (crosses.isAll() && isExact(crosses.magnitude(), crosses.unit()) && cost(crosses, 0) < cost(window, 0)) {
                return crosses.terms();
            }
        }
        return List.of(new Term(List.of(window)));
    }

    private static Optional<ByteSums> ofMultiples(BytePass window, double half) {
        Optional<BytePass> multiples = window.multiples().filter(some -> isExact(some.magnitude(), 1));
        if (multiples.isEmpty()) {
            return Optional.empty();
        }
        double scale = window.magnitude() / multiples.get().magnitude();
        List<Term> terms = exactTerms(multiples.get());
        // Half a step more or less keeps off the ties of sums that lie just above whole numbers, or just below; between
        // them, as where samples are rounded to the nearest, none is needed.
        return Stream.of(scale / 2, 0.0, -scale / 2)
                .map(aside -> new ByteSums(terms, scale, half + DOWN + aside, SumError.NONE))
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

    /** Chooses among the window and more and more columns times rows: the more, the fewer samples are summed again. */
    private static ByteSums fastest(BytePass window, double half) {
        SumError error = SumError.of(window.height() * window.width(), window.magnitude(), window.isPositive());
        double least = cost(window, again(window, error));
        List<Term> terms = List.of(new Term(List.of(window)));
        var crosses = new CrossTerms(window);
        while (cost(crosses, 0) < least && crosses.add()) {
            int roundings = window.height() + window.width() + crosses.terms().size();
            boolean isPositive = crosses.terms().stream().allMatch(Term::isPositive);
            SumError off =
                    SumError.of(roundings, crosses.magnitude(), isPositive).plus(Picture.WHITE * crosses.distance());
            double cost = cost(crosses, again(window, off));
            if (cost < least) {
                least = cost;
                error = off;
                terms = crosses.terms();
            }
        }
        return new ByteSums(terms, 1, half + DOWN - error.fixed(), error);
    }

    /** Returns how long an output takes, in taps of a column or a row. */
    private static double cost(BytePass window, double again) {
        return window.height() * window.width() * WINDOW_TAP + again;
    }

    private static double cost(CrossTerms crosses, double again) {
        return crosses.terms().size() * (crosses.height() + crosses.width() + EXTRA_TAPS) + again;
    }

    /** Sums are about as often as twice their error so near a whole number that they are made again. */
    private static double again(BytePass window, SumError error) {
        return 2 * error.of(MIDDLE * window.magnitude()) * window.height() * window.width() * EXACT_TAP;
    }
}
