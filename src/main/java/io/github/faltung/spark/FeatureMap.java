package io.github.faltung.spark;

import java.io.Serializable;

/**
 * What a chain made of one record: a row of {@link ChainResults#features}. A bean, since Spark's encoders set properties; of one thread at a
 * time. The arrays are shared, not copied.
 */
public final class FeatureMap implements Serializable {
    private static final long serialVersionUID = 1;

    private String path = "";
    private long[] dims = {};
    private float[] values = {};

    /** Makes an empty one, for Spark. */
    public FeatureMap() {}

    /** Returns where the record came from. */
    public String getPath() {
        return path;
    }

    /** Sets where the record came from. */
    public void setPath(String path) {
        this.path = path;
    }

    /** Returns the dims, {@code [MB, C, spatial…]}. */
    public long[] getDims() {
        return dims;
    }

    /** Sets the dims. */
    public void setDims(long[] dims) {
        this.dims = dims;
    }

    /** Returns the elements in the order of the dims. */
    public float[] getValues() {
        return values;
    }

    /** Sets the elements. */
    public void setValues(float[] values) {
        this.values = values;
    }
}
