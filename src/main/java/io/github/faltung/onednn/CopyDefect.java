package io.github.faltung.onednn;

import java.util.List;

/** Defects of the bundled oneDNN, 3.11.0, in its reorders; what {@link KnownDefect} is for forward problems. {@link Copy} leads around them. */
enum CopyDefect {
    /**
     * The reorder {@code jit:blk} may leave elements out: it turns the two fastest axes and steps over all others as if they were one, by
     * the stride of the fastest of them. So they are, unless both sides have the same gaps between them, which memories with their channels
     * in blocks have not. A necessary condition: that the two fastest axes are ones it would turn is not asked.
     */
    GAPS_ON_BOTH_SIDES("elements left out: copies that turn columns, the same gaps in source and destination") {
        @Override
        boolean strikes(CopyShape copy) {
            long alike = copy.axes().stream()
                    .filter(axis -> axis.from() == axis.to())
                    .mapToLong(CopyAxis::from)
                    .distinct()
                    .count();
            return copy.isOfFloats() && alike > 1;
        }
    },

    /**
     * A row, dense throughout, into every fourth element, or eighth and so on, such as a channel of a picture with four: oneDNN divides by zero
     * while it is described where the row is longer than three quarters of the first-level cache and no multiple of 16 ({@code
     * prb_block_for_cache} in {@code jit_uni_reorder.cpp} moves the only axis beyond the last).
     */
    LONG_ROW("crash: a dense row of more than 1024 elements, no multiple of 16, into every fourth, eighth … one") {
        @Override
        boolean strikes(CopyShape copy) {
            List<CopyAxis> axes = copy.axes();
            return axes.size() == 1
                    && axes.get(0).from() == 1
                    && axes.get(0).to() != 1
                    && axes.get(0).to() % 4 == 0
                    && axes.get(0).extent() > SHORT
                    && axes.get(0).extent() % ROW_BLOCK != 0;
        }
    };

    /** Rows of a multiple of so many elements are copied right. */
    static final long ROW_BLOCK = 16;

    /** Of elements: rows that are no longer fit three quarters of any first-level cache. */
    private static final long SHORT = 1 << 10;

    private final String text;

    CopyDefect(String text) {
        this.text = text;
    }

    /** Returns whether the defect may strike a copy without scales or zero points. */
    abstract boolean strikes(CopyShape copy);

    /** Returns what happens. */
    @Override
    public String toString() {
        return text;
    }
}
