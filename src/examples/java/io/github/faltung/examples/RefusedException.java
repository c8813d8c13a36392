package io.github.faltung.examples;

import java.io.IOException;

/** A request that is answered with an error: the client's, or that the server has too much to do. */
final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int status;

    /**
     * Makes one.
     *
     * @param status of HTTP
     * @param message the answer's text
     */
    RefusedException(int status, String message) {
        super(message);
        this.status = status;
    }

    int status() {
        return status;
    }
}
