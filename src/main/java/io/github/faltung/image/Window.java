package io.github.faltung.image;

import java.util.ArrayList;
import java.util.List;

/** A part of an image, in pixels; empty if an extent is not positive. */
record Window(int x, int y, int width, int height) {
    boolean isEmpty() {
        return width <= 0 || height <= 0;
    }

    /** Returns what is in both. */
    Window and(Window other) {
        int left = Math.max(x, other.x);
        int top = Math.max(y, other.y);
        return new Window(
                left,
                top,
                Math.min(x + width, other.x + other.width) - left,
                Math.min(y + height, other.y + other.height) - top);
    }

    /** Returns the parts of at most so many rows and columns, row by row. */
    List<Window> tiles(int rows, int columns) {
        var tiles = new ArrayList<Window>();
        for (int top = 0; top < height; top += rows) {
            for (int left = 0; left < width; left += columns) {
                tiles.add(new Window(x + left, y + top, Math.min(columns, width - left), Math.min(rows, height - top)));
            }
        }
        return tiles;
    }
}
