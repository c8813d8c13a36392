package io.github.faltung.exchange;

import java.io.IOException;

/** A file that is not what its format says: cut off, broken, or at odds with itself. The message names file, field, rule and value. */
public class ExchangeException extends IOException {
    private static final long serialVersionUID = 1;

    /**
     * Makes one.
     *
     * @param place the file, and where in it
     * @param problem field, rule and value
     */
    public ExchangeException(String place, String problem) {
        super(place + ": " + problem);
    }

    /** Makes one with what led to it. */
    public ExchangeException(String place, String problem, Throwable cause) {
        super(place + ": " + problem, cause);
    }

    /** Returns field, rule and value in the usual form. */
    static ExchangeException broken(String place, String field, String rule, Object value) {
        return new ExchangeException(place, field + " " + rule + ", but was " + value);
    }
}
