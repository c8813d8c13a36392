package io.github.faltung.image;

/** Is told how far the filtering of a picture has come, and may end it. */
@FunctionalInterface
public interface RowListener {
    /**
     * Called on the thread that filters, before the first rows and after each strip.
     *
     * @param rows filtered up to now; never less than before, in the end {@code all}
     * @param all the picture's height
     * @return whether to go on; {@code false} cancels
     */
    boolean filtered(int rows, int all);
}
