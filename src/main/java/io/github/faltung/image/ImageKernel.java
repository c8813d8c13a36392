package io.github.faltung.image;

import java.awt.image.Kernel;
import java.util.Arrays;
import java.util.Objects;

/**
 * The numbers of a filter and its origin: an output pixel is the sum of {@code weight(i, j) · pixel(x + originX − i, y + originY − j)}. The
 * kernel is turned around as it is laid over the image, as {@link java.awt.image.ConvolveOp} does and mathematicians define convolution:
 * the image of a single bright pixel is the kernel itself. Immutable, so thread-safe.
 */
public final class ImageKernel {
    private final int width;
    private final int height;
    private final int originX;
    private final int originY;
    private final float[] weights;

    private ImageKernel(int width, int height, int originX, int originY, float[] weights) {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException(
                    "kernel width and height must be positive, but were " + width + " and " + height);
        }
        if (originX < 0 || originX >= width || originY < 0 || originY >= height) {
            throw new IllegalArgumentException(
                    "kernel origin must be inside " + width + "x" + height + ", but was " + originX + ", " + originY);
        }
        if (weights.length != (long) width * height) {
            throw new IllegalArgumentException("kernel weights must be the " + (long) width * height + " numbers of "
                    + width + "x" + height + ", but were " + weights.length);
        }
        this.width = width;
        this.height = height;
        this.originX = originX;
        this.originY = originY;
        this.weights = weights;
    }

    /**
     * Makes a kernel with the origin in the middle; of an even extent, it is the earlier of the two in the middle, as of a {@link Kernel}.
     *
     * @param weights {@code [height, width]}, copied
     * @throws IllegalArgumentException if an extent is less than 1, or there are more or fewer weights
     */
    public static ImageKernel of(int width, int height, float... weights) {
        return new ImageKernel(width, height, middle(width), middle(height), weights.clone());
    }

    /** Makes a kernel of the numbers of the JDK's, with its origin. */
    public static ImageKernel of(Kernel kernel) {
        return new ImageKernel(
                kernel.getWidth(),
                kernel.getHeight(),
                kernel.getXOrigin(),
                kernel.getYOrigin(),
                kernel.getKernelData(null));
    }

    private static int middle(int extent) {
        return (extent - 1) / 2;
    }

    /**
     * Returns the same numbers with another origin.
     *
     * @throws IllegalArgumentException if it is outside of the kernel
     */
    public ImageKernel withOrigin(int x, int y) {
        return new ImageKernel(width, height, x, y, weights);
    }

    /** Returns the kernel turned around by 180 degrees about its origin, which makes convolution of correlation and the reverse. */
    public ImageKernel flipped() {
        var turned = new float[weights.length];
        for (int i = 0; i < turned.length; i++) {
            turned[i] = weights[turned.length - 1 - i];
        }
        return new ImageKernel(width, height, width - 1 - originX, height - 1 - originY, turned);
    }

    /** Returns rows as columns and columns as rows. */
    public ImageKernel transposed() {
        var turned = new float[weights.length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                turned[x * height + y] = weights[y * width + x];
            }
        }
        return new ImageKernel(height, width, originY, originX, turned);
    }

    /**
     * Returns the kernel for the JDK's {@code ConvolveOp}. Its origin is always in the middle; where this one's is not, zeros are added
     * until it is.
     */
    public Kernel toAwt() {
        int left = missing(width, originX);
        int top = missing(height, originY);
        int newWidth = width + Math.abs(left);
        int newHeight = height + Math.abs(top);
        var padded = new float[newWidth * newHeight];
        for (int y = 0; y < height; y++) {
            System.arraycopy(weights, y * width, padded, (y + Math.max(0, top)) * newWidth + Math.max(0, left), width);
        }
        return new Kernel(newWidth, newHeight, padded);
    }

    /** Returns how many zeros are to be added before, or if negative after, to bring the origin into the middle. */
    private static int missing(int extent, int origin) {
        int before = 0;
        while (origin + before < middle(extent + before)) {
            before++;
        }
        int after = 0;
        while (origin > middle(extent + after)) {
            after++;
        }
        return before - after;
    }

    /** Returns the number of columns. */
    public int width() {
        return width;
    }

    /** Returns the number of rows. */
    public int height() {
        return height;
    }

    /** Returns the origin's column. */
    public int originX() {
        return originX;
    }

    /** Returns the origin's row. */
    public int originY() {
        return originY;
    }

    /**
     * Returns a number.
     *
     * @param x its column
     * @param y its row
     */
    public float weight(int x, int y) {
        return weights[Objects.checkIndex(y, height) * width + Objects.checkIndex(x, width)];
    }

    /** Returns a copy of the numbers, {@code [height, width]}. */
    public float[] weights() {
        return weights.clone();
    }

    /** Returns the sum of the numbers: what the filter makes of a flat area of ones. */
    public double sum() {
        double sum = 0;
        for (float weight : weights) {
            sum += weight;
        }
        return sum;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ImageKernel kernel
                && width == kernel.width
                && height == kernel.height
                && originX == kernel.originX
                && originY == kernel.originY
                && Arrays.equals(weights, kernel.weights);
    }

    @Override
    public int hashCode() {
        return Objects.hash(width, height, originX, originY, Arrays.hashCode(weights));
    }

    /** Returns the size, the origin and the numbers row by row. */
    @Override
    public String toString() {
        var text = new StringBuilder(width + "x" + height + " at " + originX + "," + originY + " [");
        for (int i = 0; i < weights.length; i++) {
            text.append(i == 0 ? "" : i % width == 0 ? "; " : " ").append(weights[i]);
        }
        return text.append(']').toString();
    }
}
