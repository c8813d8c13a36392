package io.github.faltung.image;

import java.awt.Font;
import java.awt.font.FontRenderContext;

/** The sizes of text in drawings, of the sans-serif font that the Java runtime finds. Layouts measure text, so any font fits. */
final class Lettering {
    static final Lettering TITLE = new Lettering(Font.BOLD, 16);
    static final Lettering LABEL = new Lettering(Font.PLAIN, 13);
    static final Lettering STRONG = new Lettering(Font.BOLD, 13);
    static final Lettering SMALL = new Lettering(Font.PLAIN, 11);
    /** Subscripts. */
    static final Lettering TINY = new Lettering(Font.BOLD, 10);

    private static final FontRenderContext CONTEXT = new FontRenderContext(null, true, true);

    private final Font font;

    private Lettering(int style, int pixels) {
        this.font = new Font(Font.SANS_SERIF, style, pixels);
    }

    Font font() {
        return font;
    }

    /** Returns the advance of a line, in pixels, rounded up. */
    int width(String text) {
        return (int) Math.ceil(font.getStringBounds(text, CONTEXT).getWidth());
    }

    /** Returns the distance from one baseline to the next, in pixels. */
    int lineHeight() {
        return Math.round(font.getSize() * 1.4f);
    }

    /** Returns how high digits and capitals are, in pixels. */
    double capHeight() {
        return font.createGlyphVector(CONTEXT, "0").getVisualBounds().getHeight();
    }

    /**
     * Checks that text can be drawn at all, with a message that says what to do, where the runtime would throw whatever it stumbles over.
     *
     * @throws IllegalStateException if the Java runtime finds no font
     */
    static void requireFont() {
        try {
            LABEL.width("0");
        } catch (RuntimeException | LinkageError | InternalError e) {
            throw new IllegalStateException(
                    "this Java runtime can't draw text, since it finds no font; install fontconfig and a font such as DejaVu",
                    e);
        }
    }
}
