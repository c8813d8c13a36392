package io.github.faltung.convolution;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Part;
import java.util.Locale;

/**
 * Memory that the steps of a {@link Program} read and write: the caller's source, the caller's destination, or memory of the program's own,
 * which is zero at first; what no step writes stays so, unless it is {@link #isLoose loose}. Immutable; two storages are never the same.
 */
public final class Storage {
    /** Whose memory it is. */
    public enum Kind {
        /** The caller's source, which no step writes. */
        SOURCE,
        /** The caller's destination. */
        DESTINATION,
        /** The program's own, to be said with any dims and strides. */
        STRIDED,
        /** The program's own, one tensor with its channels in blocks as the engine's kernels want them: read and written as a whole. */
        BLOCKED
    }

    private final Kind kind;
    private final DataType dataType;
    private final Part whole;
    private final boolean loose;

    private Storage(Kind kind, DataType dataType, Part whole) {
        this(kind, dataType, whole, false);
    }

    private Storage(Kind kind, DataType dataType, Part whole, boolean loose) {
        this.kind = kind;
        this.dataType = dataType;
        this.whole = whole;
        this.loose = loose;
        if (whole.end() > Long.MAX_VALUE / dataType.bytes()) {
            throw new IllegalArgumentException("bytes must be less than 2^63, but was " + this);
        }
    }

    /**
     * Returns a caller's source that lies so.
     *
     * @throws IllegalArgumentException if that does not begin with the tensor
     */
    public static Storage source(DataType dataType, Part whole) {
        return ofCaller(Kind.SOURCE, dataType, whole);
    }

    /**
     * Returns a caller's destination that lies so.
     *
     * @throws IllegalArgumentException if that does not begin with the tensor
     */
    public static Storage destination(DataType dataType, Part whole) {
        return ofCaller(Kind.DESTINATION, dataType, whole);
    }

    private static Storage ofCaller(Kind kind, DataType dataType, Part whole) {
        if (whole.offset() != 0) {
            throw new IllegalArgumentException("offset must be 0 in a caller's tensor, but was " + whole);
        }
        return new Storage(kind, dataType, whole);
    }

    /** Returns memory of the program's own, said as a dense tensor. */
    public static Storage strided(DataType dataType, Dims dims, Layout layout) {
        return new Storage(Kind.STRIDED, dataType, Part.dense(dims, layout));
    }

    /**
     * Returns the same, but steps may leave anything in elements between those that they write: who says the program does not rely on
     * what is in elements that no step is said to write.
     */
    public static Storage loose(DataType dataType, Dims dims, Layout layout) {
        return new Storage(Kind.STRIDED, dataType, Part.dense(dims, layout), true);
    }

    /** Returns memory of the program's own for a tensor with its channels in blocks. */
    public static Storage blocked(DataType dataType, Dims dims) {
        return new Storage(Kind.BLOCKED, dataType, Part.dense(dims, Layout.CHANNELS_FIRST));
    }

    /** Returns whose memory it is. */
    public Kind kind() {
        return kind;
    }

    /** Returns whether it is the program's own, no caller's. */
    public boolean isOwn() {
        return kind == Kind.STRIDED || kind == Kind.BLOCKED;
    }

    /** Returns whether a step may overwrite elements between those that it is said to write. */
    public boolean isLoose() {
        return loose;
    }

    /** Returns the type of its elements. */
    public DataType dataType() {
        return dataType;
    }

    /** Returns all of it. */
    public Region whole() {
        return new Region(this, whole);
    }

    /** Returns how all of it lies. */
    public Part part() {
        return whole;
    }

    /** Returns the bytes of the elements, without what blocks are filled up with. */
    public long bytes() {
        return whole.end() * dataType.bytes();
    }

    /** Returns kind, type and extents. */
    @Override
    public String toString() {
        return kind.name().toLowerCase(Locale.ROOT) + " " + dataType + " " + whole;
    }
}
