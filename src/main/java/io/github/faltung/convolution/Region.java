package io.github.faltung.convolution;

import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Part;
import java.util.function.UnaryOperator;

/**
 * Elements of a {@link Storage}. Immutable.
 *
 * @param storage whose elements they are
 * @param part which; of a {@link Storage.Kind#BLOCKED blocked} place all, said as if it were dense
 */
public record Region(Storage storage, Part part) {
    /**
     * Checks that the elements are there.
     *
     * @throws IllegalArgumentException if they end beyond their storage, or are only some of a blocked one
     */
    public Region {
        long end = storage.part().end();
        if (part.end() > end) {
            throw new IllegalArgumentException("part must end within " + storage + ", but was " + part);
        }
        boolean some = !part.isDense(Layout.CHANNELS_FIRST) || part.end() != end;
        if (storage.kind() == Storage.Kind.BLOCKED && some) {
            throw new IllegalArgumentException("part must be all of " + storage + ", but was " + part);
        }
    }

    /** Returns the extents. */
    public Dims dims() {
        return part.dims();
    }

    /** Returns other elements of the same storage. */
    public Region with(UnaryOperator<Part> change) {
        return new Region(storage, change.apply(part));
    }

    /** Returns whether they are all of their storage, as that lies. */
    public boolean isWhole() {
        return part.equals(storage.part());
    }

    /** Returns whether it is one tensor with its channels in blocks. */
    public boolean isBlocked() {
        return storage.kind() == Storage.Kind.BLOCKED;
    }

    /** Returns whether the elements lie in the layout's order without gaps. */
    public boolean isDense(Layout layout) {
        return !isBlocked() && part.isDense(layout);
    }
}
