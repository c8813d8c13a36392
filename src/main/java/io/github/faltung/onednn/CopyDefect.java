package io.github.faltung.onednn;

import io.github.faltung.convolution.Program;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Part;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Defects of the bundled oneDNN, 3.11.0, in its reorders; what {@link KnownDefect} is for forward problems. */
enum CopyDefect {
    /**
     * The reorder {@code jit:blk} may leave elements out: it turns the two fastest axes and steps over all others as if they were one, by
     * the stride of the fastest of them. So they are, unless both regions have the same gaps between them, which tensors with their channels
     * in blocks have not. A necessary condition: that the two fastest axes are ones it would turn is not asked.
     */
    GAPS_ON_BOTH_SIDES("elements left out: copies that turn columns, the same gaps in source and destination");

    /** Announced scales lead around the implementation. */
    static final float SCALE = 1;

    private final String text;

    CopyDefect(String text) {
        this.text = text;
    }

    /**
     * Returns whether the defect may strike.
     *
     * @param copy said with as few axes as it has
     */
    boolean strikes(Program.Copy copy) {
        boolean isPlain = !copy.from().isBlocked() && !copy.to().isBlocked();
        boolean isOfFloats = copy.from().storage().dataType() == DataType.F32
                && copy.to().storage().dataType() == DataType.F32;
        Part from = copy.from().part();
        Part to = copy.to().part();
        long[] alike = IntStream.range(0, from.dims().rank())
                .filter(axis -> from.dims().get(axis) > 1 && from.stride(axis) == to.stride(axis))
                .mapToLong(from::stride)
                .toArray();
        return isPlain
                && isOfFloats
                && !copy.isSubtracted()
                && Arrays.stream(alike).distinct().count() > 1;
    }

    /** Returns what happens. */
    @Override
    public String toString() {
        return text;
    }
}
