package io.github.faltung.image;

import io.github.faltung.image.DrawnConvolution.Step;

/** How the parts of a convolution are arranged. The places are fixed when it is made, so that all steps have the same size. */
interface Sketch {
    /** Returns how wide the parts are together, in pixels. */
    int width();

    /** Returns how high they are. */
    int height();

    /** Draws a step with its top left corner at a place. */
    void draw(Canvas canvas, int x, int y, Step step);
}
