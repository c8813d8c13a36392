package io.github.faltung.convolution;

/**
 * What part of a chain's source an output element depends on, along one spatial axis: element o on the source elements from {@code
 * jump·o + low} to {@code jump·o + high}, those in the padding included.
 *
 * <p>Araujo, Norris and Sim, <em>Computing Receptive Fields of Convolutional Neural Networks</em>, Distill (2019): behind a layer of
 * stride s, padding p and extent e the field is that of outputs {@code s·o − p} to {@code s·o − p + e − 1} before, and where paths meet
 * it is the hull of theirs. A transposed layer turns the rule around: o depends on {@code (o + p − e + 1)/s} to {@code (o + p)/s}. So the
 * numbers are fractions, kept exactly. Behind a transposed layer not all outputs see equally many elements; {@link #size} is then what
 * none exceeds. Immutable.
 */
public final class ReceptiveField {
    /** A source element itself. */
    static final ReceptiveField SOURCE = new ReceptiveField(0, 0, 1, 1);

    /** All numbers count in units of 1 / per. */
    private final long low;

    private final long high;
    private final long jump;
    private final long per;

    private ReceptiveField(long low, long high, long jump, long per) {
        this.low = low;
        this.high = high;
        this.jump = jump;
        this.per = per;
    }

    /** Returns the field behind one more layer. */
    ReceptiveField behind(AxisGeometry axis, boolean transposed) {
        if (!transposed) {
            long begin = low - Math.multiplyExact(jump, axis.paddingL());
            long reach = Math.multiplyExact(jump, axis.extent() - 1);
            long end = Math.addExact(high - Math.multiplyExact(jump, axis.paddingL()), reach);
            return new ReceptiveField(begin, end, Math.multiplyExact(jump, (long) axis.stride()), per);
        }
        long stride = axis.stride();
        long end = Math.addExact(Math.multiplyExact(high, stride), Math.multiplyExact(jump, axis.paddingL()));
        long begin = Math.multiplyExact(low, stride) + Math.multiplyExact(jump, axis.paddingL() - axis.extent() + 1);
        return new ReceptiveField(begin, end, jump, Math.multiplyExact(per, stride)).reduced();
    }

    private ReceptiveField reduced() {
        long divisor = divisor(divisor(Math.abs(low), Math.abs(high)), divisor(jump, per));
        return new ReceptiveField(low / divisor, high / divisor, jump / divisor, per / divisor);
    }

    private static long divisor(long a, long b) {
        return b == 0 ? a : divisor(b, a % b);
    }

    /** Returns the hull of this field and that of another path to the same output; the jump is this one's. */
    ReceptiveField hull(ReceptiveField other) {
        return new ReceptiveField(
                        Math.min(low * other.per, other.low * per),
                        Math.max(high * other.per, other.high * per),
                        jump * other.per,
                        per * other.per)
                .reduced();
    }

    /** Returns how many source elements it spans; 0 only where a strided transposed layer leaves gaps, which see none. */
    public long size() {
        return Math.floorDiv(high - low, per) + 1;
    }

    /** Returns the distance in the source between the fields of neighbouring outputs: the product of the strides. */
    public double jump() {
        return (double) jump / per;
    }

    /** Returns the first source element that the first output depends on; negative in the padding. */
    public long start() {
        return first(0);
    }

    /**
     * Returns the first source element that an output depends on; negative in the padding. Exact but for chains with a transposed layer, of
     * which some outputs see less.
     *
     * @param output its index along the axis, from 0
     * @throws ArithmeticException if the index is too large to count with
     */
    public long first(long output) {
        return -Math.floorDiv(-Math.addExact(low, Math.multiplyExact(jump, output)), per);
    }

    /** Returns the last one, likewise; less than the {@link #first} where an output sees nothing. */
    public long last(long output) {
        return Math.floorDiv(Math.addExact(high, Math.multiplyExact(jump, output)), per);
    }

    /** Returns the middle of the first output's field, as a source index. */
    public double centre() {
        return (low + high) / 2.0 / per;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ReceptiveField field
                && low * field.per == field.low * per
                && high * field.per == field.high * per
                && jump * field.per == field.jump * per;
    }

    @Override
    public int hashCode() {
        return Double.hashCode(centre()) * 31 + Long.hashCode(size());
    }

    /** Returns size, jump and start, such as {@code 5 jump 2 start -1}. */
    @Override
    public String toString() {
        return size() + " jump " + jump() + " start " + start();
    }
}
