package io.github.faltung.convolution;

import java.util.Arrays;

/** What becomes of a window, by the names that oneDNN's benchdnn has for it (3.11, {@code tests/benchdnn/doc/driver_pool.md}). */
public enum PoolingAlgorithm {
    /** The largest element. */
    MAX("max", "pooling_max", PoolingDescriptor.Kind.MAX, false),
    /** The mean of the elements that lie in the source. */
    AVG_NP("avg_np", "pooling_avg_exclude_padding", PoolingDescriptor.Kind.AVERAGE, false),
    /** The sum divided by the number of elements that lie in the padded source. */
    AVG_P("avg_p", "pooling_avg_include_padding", PoolingDescriptor.Kind.AVERAGE, true);

    private final String text;
    private final String longText;
    private final PoolingDescriptor.Kind kind;
    private final boolean countIncludePad;

    PoolingAlgorithm(String text, String longText, PoolingDescriptor.Kind kind, boolean countIncludePad) {
        this.text = text;
        this.longText = longText;
        this.kind = kind;
        this.countIncludePad = countIncludePad;
    }

    /**
     * Returns the algorithm of a name, such as {@code avg_p} or {@code pooling_avg_include_padding}.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static PoolingAlgorithm parse(String name) {
        return Arrays.stream(values())
                .filter(each -> each.text.equals(name) || each.longText.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "alg must be one of " + Arrays.toString(values()) + ", but was '" + name + "'"));
    }

    /** Returns whether it takes the maximum or the mean. */
    public PoolingDescriptor.Kind kind() {
        return kind;
    }

    /** Returns whether a mean counts the padding. */
    public boolean countIncludePad() {
        return countIncludePad;
    }

    /** Returns {@code max}, {@code avg_np} or {@code avg_p}. */
    @Override
    public String toString() {
        return text;
    }
}
