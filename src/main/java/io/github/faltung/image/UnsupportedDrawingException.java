package io.github.faltung.image;

/** What was to be drawn is valid, but can't be shown so that a reader sees it: too large, or of another kind than the drawing is for. */
public final class UnsupportedDrawingException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    UnsupportedDrawingException(String field, String rule, Object value, Object problem) {
        super(field + " " + rule + " to be drawn, but was " + value + ": " + problem);
    }
}
