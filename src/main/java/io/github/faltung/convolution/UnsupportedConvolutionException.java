package io.github.faltung.convolution;

/** A valid problem that an engine has no implementation for. */
public final class UnsupportedConvolutionException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * Makes one.
     *
     * @param message what is missing, with the problem line
     */
    public UnsupportedConvolutionException(String message) {
        super(message);
    }
}
