package io.github.faltung.checking;

import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.tensor.Dims;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/**
 * Which output elements a check looks at: all, or a random sample that has the first and the last element and of which half lies on the
 * border of a spatial axis, where padding is gone about wrongly. Immutable.
 */
public final class OutputSample {
    /** What comparing an element costs besides its products, in products. */
    private static final long OVERHEAD = 16;

    /** Even of outputs that are dear this many are looked at. */
    private static final long FEWEST = 64;

    /** A sample is an array, and so are its values. */
    private static final long MOST = 1 << 27;

    private final long[] positions;
    private final long total;

    private OutputSample(long[] positions, long total) {
        this.positions = positions;
        this.total = total;
    }

    /**
     * Returns how many outputs of a problem can be looked at for a price.
     *
     * @param multiplyAdds the price; the reference needs a few nanoseconds for each
     */
    public static long outputsWithin(ConvolutionProblem problem, long multiplyAdds) {
        return outputsWithin(Taps.of(problem.descriptor()).count(), multiplyAdds);
    }

    /** The same, where an output is of that many products. */
    static long outputsWithin(long products, long multiplyAdds) {
        return Math.max(FEWEST, multiplyAdds / (products + OVERHEAD));
    }

    /**
     * Returns all outputs if there are no more than {@code most}, else a sample of at most that many.
     *
     * @param dst {@code [MB, OC, spatial…]}
     * @param most at least 2
     * @param seed the same gives the same sample
     */
    public static OutputSample of(Dims dst, long most, long seed) {
        long total = dst.elements();
        int count = (int) Math.min(most, MOST);
        if (total <= count) {
            return new OutputSample(LongStream.range(0, total).toArray(), total);
        }
        var random = new SplittableRandom(seed);
        var drawn = new long[count];
        drawn[0] = 0;
        drawn[1] = total - 1;
        for (int i = 2; i < count; i++) {
            long position = random.nextLong(total);
            drawn[i] = i % 2 == 0 ? position : toBorder(position, dst, random);
        }
        return new OutputSample(Arrays.stream(drawn).sorted().distinct().toArray(), total);
    }

    /** Moves an element along one spatial axis, to its first or last place. */
    private static long toBorder(long position, Dims dst, SplittableRandom random) {
        int axis = random.nextInt(2, dst.rank());
        long stride = 1;
        for (int faster = axis + 1; faster < dst.rank(); faster++) {
            stride *= dst.get(faster);
        }
        long place = position / stride % dst.get(axis);
        long border = random.nextBoolean() ? 0 : dst.get(axis) - 1;
        return position + (border - place) * stride;
    }

    /** Returns the positions in channels-first order, ascending. */
    public long[] positions() {
        return positions.clone();
    }

    /** Returns how many elements are looked at. */
    public int size() {
        return positions.length;
    }

    /** Returns how many elements there are. */
    public long total() {
        return total;
    }

    /** Returns whether that is all. */
    public boolean isWhole() {
        return positions.length == total;
    }

    long position(int index) {
        return positions[index];
    }

    /** Returns {@code all 1000 outputs} or {@code 100 of 1000 outputs}. */
    @Override
    public String toString() {
        return (isWhole() ? "all " : positions.length + " of ") + total + " outputs";
    }
}
