package io.github.faltung.spark;

import java.io.Serializable;

/**
 * A part of a raster: of the source with its halo, or of a result. A bean, since Spark's encoders set properties; of one thread at a time. The
 * array is shared, not copied.
 */
public final class RasterTile implements Serializable {
    private static final long serialVersionUID = 1;

    private long index;
    private byte[] samples = {};

    /** Makes an empty one, for Spark. */
    public RasterTile() {}

    RasterTile(long index, byte[] samples) {
        this.index = index;
        this.samples = samples;
    }

    /** Returns which tile it is, from 0, row by row. */
    public long getIndex() {
        return index;
    }

    /** Sets which tile it is. */
    public void setIndex(long index) {
        this.index = index;
    }

    /** Returns the samples' bits, little endian, in the order {@code [C, height, width]}. */
    public byte[] getSamples() {
        return samples;
    }

    /** Sets the samples. */
    public void setSamples(byte[] samples) {
        this.samples = samples;
    }
}
