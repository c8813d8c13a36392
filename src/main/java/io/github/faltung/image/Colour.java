package io.github.faltung.image;

import java.awt.Color;

/**
 * The colours of drawings by what they stand for, in both themes. Blue, orange and green-blue are those of Okabe and Ito's palette, lighter and
 * darker, which readers with any of the common colour blindnesses tell apart.
 */
enum Colour {
    PANEL(0xffffff, 0x1c1f23),
    INK(0x1d1f22, 0xe6e7e9),
    FAINT(0x5d636b, 0x9aa1aa),
    LINE(0x8f979f, 0x5b636c),
    /** An element of the source. */
    SOURCE(0xcde4f6, 0x1f4666),
    /** A zero: around the source, or between its elements. */
    ZERO(0xf6f6f4, 0x24282d),
    /** What the kernel reads. */
    WINDOW(0xf9c58b, 0x8a4f10),
    WINDOW_LINE(0xc65300, 0xffa04d),
    /** A weight. */
    WEIGHT(0xfde8d0, 0x4d3114),
    /** An output element that was computed before. */
    OUTPUT(0xcbeadf, 0x17493b),
    /** The one that is computed. */
    OUTPUT_NOW(0x4fbf99, 0x1f8b68),
    OUTPUT_LINE(0x00694c, 0x7fe0c0);

    private final Color light;
    private final Color dark;

    Colour(int light, int dark) {
        this.light = new Color(light);
        this.dark = new Color(dark);
    }

    Color in(Theme theme) {
        return theme == Theme.LIGHT ? light : dark;
    }
}
