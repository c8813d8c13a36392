package io.github.faltung.spark;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What became of one record: a row of {@link ChainResults#all}. Either dims and values are there or a failure is. A bean, since Spark's
 * encoders set properties; of one thread at a time. The arrays are shared, not copied.
 */
public final class ChainResult implements Serializable {
    private static final long serialVersionUID = 1;

    private String path = "";
    private long @Nullable [] dims;
    private float @Nullable [] values;
    private @Nullable String failure;

    /** Makes an empty one, for Spark. */
    public ChainResult() {}

    static ChainResult of(String path, long[] dims, float[] values) {
        var result = new ChainResult();
        result.path = path;
        result.dims = dims;
        result.values = values;
        return result;
    }

    static ChainResult failed(String path, String failure) {
        var result = new ChainResult();
        result.path = path;
        result.failure = failure;
        return result;
    }

    /** Returns where the record came from. */
    public String getPath() {
        return path;
    }

    /** Sets where the record came from. */
    public void setPath(String path) {
        this.path = path;
    }

    /** Returns the dims, {@code [MB, C, spatial…]}. */
    public long @Nullable [] getDims() {
        return dims;
    }

    /** Sets the dims. */
    public void setDims(long @Nullable [] dims) {
        this.dims = dims;
    }

    /** Returns the elements in the order of the dims. */
    public float @Nullable [] getValues() {
        return values;
    }

    /** Sets the elements. */
    public void setValues(float @Nullable [] values) {
        this.values = values;
    }

    /** Returns why nothing was made of the record, or {@code null} if something was. */
    public @Nullable String getFailure() {
        return failure;
    }

    /** Sets why nothing was made of the record. */
    public void setFailure(@Nullable String failure) {
        this.failure = failure;
    }
}
