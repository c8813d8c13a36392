package io.github.faltung.image;

import java.awt.image.BandedSampleModel;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;

/**
 * How steeply and in which direction an image's brightness grows at each pixel: two kernels composed. Immutable, so thread-safe, as long as
 * nobody writes the arrays it returns.
 *
 * <pre>{@code
 * Gradient gradient = Gradient.of(photo, Kernels.sobelX());
 * Picture outlines = gradient.edges(80);
 * }</pre>
 */
public final class Gradient {
    /** Directions are told apart in steps of 45 degrees. */
    private static final double EIGHTH = Math.PI / 4;

    private final int width;
    private final int height;
    private final float[] x;
    private final float[] y;

    private Gradient(int width, int height, float[] x, float[] y) {
        this.width = width;
        this.height = height;
        this.x = x;
        this.y = y;
    }

    /**
     * Computes the gradient of an image's brightness, 0.299 red + 0.587 green + 0.114 blue (ITU-R BT.601) from 0 to 255; beyond the border
     * stand the outermost pixels.
     *
     * @param derivative to the right, such as {@link Kernels#sobelX}; that downwards is its transposed
     */
    public static Gradient of(BufferedImage image, ImageKernel derivative) {
        Picture picture = Picture.of(image);
        WritableRaster brightness = plane(picture.width(), picture.height());
        brightness.setPixels(0, 0, picture.width(), picture.height(), brightness(picture));
        return new Gradient(
                picture.width(),
                picture.height(),
                filtered(brightness, derivative),
                filtered(brightness, derivative.transposed()));
    }

    private static float[] brightness(Picture picture) {
        float[] planes = picture.planes();
        int pixels = planes.length / 3;
        var brightness = new float[pixels];
        for (int i = 0; i < pixels; i++) {
            brightness[i] = 0.299f * planes[i] + 0.587f * planes[pixels + i] + 0.114f * planes[2 * pixels + i];
        }
        return brightness;
    }

    private static WritableRaster plane(int width, int height) {
        return Raster.createWritableRaster(new BandedSampleModel(DataBuffer.TYPE_FLOAT, width, height, 1), null);
    }

    private static float[] filtered(Raster brightness, ImageKernel kernel) {
        ConvolutionOp op = ConvolutionOp.with(kernel).edge(Edge.REPLICATE).build();
        Raster filtered = op.filter(brightness, null);
        return filtered.getPixels(0, 0, brightness.getWidth(), brightness.getHeight(), (float[]) null);
    }

    /** Returns √(gx² + gy²) of each pixel, {@code [height, width]}. */
    public float[] magnitude() {
        var magnitude = new float[x.length];
        for (int i = 0; i < magnitude.length; i++) {
            magnitude[i] = (float) Math.hypot(x[i], y[i]);
        }
        return magnitude;
    }

    /**
     * Returns where each pixel's brightness grows, in radians from −π to π, {@code [height, width]}: 0 to the right, π/2 downwards. Where it
     * does not grow, 0.
     */
    public float[] direction() {
        var direction = new float[x.length];
        for (int i = 0; i < direction.length; i++) {
            direction[i] = (float) Math.atan2(y[i], x[i]);
        }
        return direction;
    }

    /**
     * Returns the edges, thinned by non-maximum suppression: white where the magnitude is at least {@code threshold} and not less than that of
     * both neighbours along the direction, to the nearest 45 degrees (Canny, <em>A computational approach to edge detection</em>, 1986). Of
     * two equal neighbours the one that comes first stays.
     */
    public Picture edges(double threshold) {
        float[] magnitude = magnitude();
        var edges = new float[x.length];
        for (int i = 0; i < edges.length; i++) {
            if (magnitude[i] >= threshold && magnitude[i] > 0 && isCrest(magnitude, i)) {
                edges[i] = Picture.WHITE;
            }
        }
        return new Picture(1, width, height, edges);
    }

    private boolean isCrest(float[] magnitude, int i) {
        int octant = Math.floorMod((int) Math.rint(Math.atan2(y[i], x[i]) / EIGHTH), 4);
        int dx = octant == 2 ? 0 : 1;
        int dy = octant == 0 ? 0 : octant == 3 ? -1 : 1;
        return magnitude[i] >= at(magnitude, i % width + dx, i / width + dy)
                && magnitude[i] > at(magnitude, i % width - dx, i / width - dy);
    }

    private float at(float[] magnitude, int column, int row) {
        return column < 0 || row < 0 || column >= width || row >= height ? 0 : magnitude[row * width + column];
    }

    /** Returns the width in pixels. */
    public int width() {
        return width;
    }

    /** Returns the height in pixels. */
    public int height() {
        return height;
    }
}
