package io.github.faltung.convolution;

/** What stands in front of a problem line, and what a folder of problem files may be named after: benchdnn's drivers. */
public enum ProblemKind {
    /** A regular convolution. */
    CONV("conv"),
    /** A transposed one. */
    DECONV("deconv"),
    /** A pooling. */
    POOL("pool");

    private final String text;

    ProblemKind(String text) {
        this.text = text;
    }

    /** Returns {@code conv}, {@code deconv} or {@code pool}. */
    @Override
    public String toString() {
        return text;
    }
}
