package io.github.faltung.spark;

import java.io.Serializable;

/** A record that is bad, or nothing that the chain can work on: a row of {@link ChainResults#failures}. A bean; of one thread at a time. */
public final class FailedRecord implements Serializable {
    private static final long serialVersionUID = 1;

    private String path = "";
    private String failure = "";

    /** Makes an empty one, for Spark. */
    public FailedRecord() {}

    /** Returns where the record comes from. */
    public String getPath() {
        return path;
    }

    /** Sets where the record comes from. */
    public void setPath(String path) {
        this.path = path;
    }

    /** Returns why nothing was made of it. */
    public String getFailure() {
        return failure;
    }

    /** Sets why nothing was made of it. */
    public void setFailure(String failure) {
        this.failure = failure;
    }
}
