package io.github.faltung.image;

/**
 * What becomes of the pixels at the border, over which the kernel reaches beyond the image. With {@code abcd} a row of the image:
 *
 * <pre>
 * REPLICATE  aaa|abcd|ddd
 * REFLECT    cba|abcd|dcb
 * MIRROR     dcb|abcd|cba
 * WRAP       bcd|abcd|abc
 * CONSTANT   vvv|abcd|vvv
 * </pre>
 */
public enum Edge {
    /** They become 0, as with {@link java.awt.image.ConvolveOp#EDGE_ZERO_FILL}. */
    ZERO_FILL(false),
    /** They are copied, as with {@link java.awt.image.ConvolveOp#EDGE_NO_OP}. */
    NO_OP(false),
    /** The image goes on with its outermost pixels. */
    REPLICATE(true),
    /** The image is mirrored at its border, so that the outermost pixel comes twice. */
    REFLECT(true),
    /** The image is mirrored at its outermost pixel, which comes once. */
    MIRROR(true),
    /** The image is repeated. */
    WRAP(true),
    /** The image goes on with one value, 0 if no other is given. */
    CONSTANT(true);

    /** What {@link #place} returns where the image has no pixel. */
    static final int NOWHERE = -1;

    private final boolean filtersAll;

    Edge(boolean filtersAll) {
        this.filtersAll = filtersAll;
    }

    /** Returns whether the pixels at the border are filtered, too. */
    boolean filtersAll() {
        return filtersAll;
    }

    /**
     * Returns which pixel of a row stands at a position that may be beyond the border, or {@link #NOWHERE}.
     *
     * @param extent of the row
     */
    int place(int position, int extent) {
        if (position >= 0 && position < extent) {
            return position;
        }
        return switch (this) {
            case ZERO_FILL, NO_OP, CONSTANT -> NOWHERE;
            case REPLICATE -> position < 0 ? 0 : extent - 1;
            case WRAP -> Math.floorMod(position, extent);
            case REFLECT -> {
                int place = Math.floorMod(position, 2 * extent);
                yield Math.min(place, 2 * extent - 1 - place);
            }
            case MIRROR -> {
                int period = Math.max(1, 2 * extent - 2);
                int place = Math.floorMod(position, period);
                yield Math.min(place, period - place);
            }
        };
    }
}
