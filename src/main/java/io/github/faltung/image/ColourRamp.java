package io.github.faltung.image;

import java.awt.image.BufferedImage;

/** Colours for numbers from 0 to 1, interpolated between a few given ones that are evenly spaced. */
final class ColourRamp {
    /** From black to white. */
    static final ColourRamp GREY = new ColourRamp(0x000000, 0xffffff);
    /** From blue (negative) over near-white (zero, at a half) to orange (positive): told apart by all readers, and both ends equally dark. */
    static final ColourRamp DIVERGING = new ColourRamp(0x0b4f8a, 0x6aaed6, 0xf5f5f3, 0xf2a15a, 0xa34100);
    /** From nearly black over purple and orange to pale yellow, ever lighter, so that it reads in grey too. */
    static final ColourRamp HEAT = new ColourRamp(0x14092e, 0x5a1a72, 0xb03566, 0xee6f3a, 0xfcbf49, 0xfdf6c4);

    private final int[] stops;

    private ColourRamp(int... stops) {
        this.stops = stops;
    }

    /**
     * Returns an opaque colour.
     *
     * @param share held within 0 to 1
     */
    int rgb(double share) {
        double at = Math.max(0, Math.min(1, share)) * (stops.length - 1);
        int below = Math.min(stops.length - 2, (int) at);
        int rgb = 0xff;
        for (int shift = 16; shift >= 0; shift -= 8) {
            int from = (stops[below] >> shift) & 0xff;
            int to = (stops[below + 1] >> shift) & 0xff;
            rgb = (rgb << 8) | (int) Math.round(from + (to - from) * (at - below));
        }
        return rgb;
    }

    /** Returns the ramp from left to right, or from bottom to top where it is higher than wide. */
    BufferedImage bar(int width, int height) {
        var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                double share = width >= height ? (x + 0.5) / width : 1 - (y + 0.5) / height;
                image.setRGB(x, y, rgb(share));
            }
        }
        return image;
    }
}
