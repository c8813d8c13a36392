package io.github.faltung.exchange;

/** A file that may well be right, but says something that Faltung can't do yet. */
public final class UnsupportedFeatureException extends ExchangeException {
    private static final long serialVersionUID = 1;

    private final String feature;

    /**
     * Makes one.
     *
     * @param place the file, and where in it
     * @param feature what is missing, such as {@code pooling}
     */
    public UnsupportedFeatureException(String place, String feature) {
        super(place, "not supported yet: " + feature);
        this.feature = feature;
    }

    /** Returns what is missing, without the place. */
    public String feature() {
        return feature;
    }
}
