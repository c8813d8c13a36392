package io.github.faltung.benchmarks.workload;

import io.github.faltung.checking.Comparison;
import io.github.faltung.image.Edge;
import io.github.faltung.image.ImageKernel;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A picture of 1920×1080 to be filtered.
 *
 * <p>At the border the picture goes on with its outermost pixels. OpenCV computes that, too, so that both have the same work;
 * {@code ConvolveOp} leaves the border black, and so has a little less.
 *
 * @param size of the kernel, in rows and columns
 */
public record PictureWorkload(PictureFilter filter, PictureType type, int size) implements Workload {
    /** What becomes of the pixels at the border. */
    public static final Edge EDGE = Edge.REPLICATE;

    static final String KIND = "picture";
    static final int WIDTH = 1920;
    static final int HEIGHT = 1080;

    private static final double HALF = 0.5;

    private static final List<Integer> SIZES = List.of(3, 5, 7, 11, 21, 31);

    /** Returns all: each type with each size of kernels that are not separable, grey and BGR with Gaussians, and two simple kernels. */
    public static List<PictureWorkload> all() {
        var all = new ArrayList<PictureWorkload>();
        for (PictureType type : PictureType.values()) {
            SIZES.forEach(size -> all.add(new PictureWorkload(PictureFilter.OBLIQUE, type, size)));
        }
        for (PictureType type : List.of(PictureType.grey, PictureType.bgr)) {
            SIZES.forEach(size -> all.add(new PictureWorkload(PictureFilter.GAUSS, type, size)));
        }
        all.add(new PictureWorkload(PictureFilter.SOBEL, PictureType.grey, 3));
        all.add(new PictureWorkload(PictureFilter.BOX, PictureType.bgr, 5));
        return all;
    }

    /** Returns the workload of a name. */
    static PictureWorkload named(String name) {
        return all().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("workload must be one of "
                        + all().stream().map(PictureWorkload::name).toList() + ", but was " + name));
    }

    /** Returns the name, such as {@code bgr-11x11} or {@code gauss-bgr-11}. */
    @Override
    public String name() {
        return switch (filter) {
            case OBLIQUE -> type + "-" + size + "x" + size;
            case GAUSS -> "gauss-" + type + "-" + size;
            case SOBEL -> "sobel-" + type + "-" + size;
            case BOX -> "box-" + type + "-" + size;
        };
    }

    @Override
    public String text() {
        return KIND + " " + name();
    }

    /** Returns the picture, a new image. */
    public BufferedImage picture() {
        BufferedImage image = type.image();
        Scene.paint(image);
        return image;
    }

    /** Returns the kernel of the convolution. */
    public ImageKernel kernel() {
        return filter.kernel(size);
    }

    /**
     * {@inheritDoc} It is the sum of the products in double precision, rounded down, and the bound is 0. Of the pixels a sample is compared,
     * half of it on the border, and three rows as a whole.
     */
    @Override
    public Comparison compare(float[] found) {
        return new FilteredPicture(this).compare(found, 0, 0);
    }

    /**
     * The same for a peer that need not be exact: the bound is one of the 256 steps.
     *
     * @param found {@code [1, bands, height, width]}; NaN where a peer leaves pixels of the border out: these are not compared
     * @param toNearest whether it rounds to the nearest instead of down
     */
    public Comparison compareWithinStep(float[] found, boolean toNearest) {
        return new FilteredPicture(this).compare(found, toNearest ? HALF : 0, 1);
    }

    /** Returns the samples of an image, {@code [1, bands, height, width]}. */
    public static float[] samples(BufferedImage image) {
        int area = image.getWidth() * image.getHeight();
        var samples = new float[image.getRaster().getNumBands() * area];
        var band = new float[area];
        for (int first = 0; first < samples.length; first += area) {
            image.getRaster().getSamples(0, 0, image.getWidth(), image.getHeight(), first / area, band);
            System.arraycopy(band, 0, samples, first, area);
        }
        return samples;
    }

    /** Sets the pixels to NaN around which a kernel of this size reaches beyond the border. */
    public void leaveOutBorder(float[] samples) {
        int reach = size / 2;
        for (int row = 0; row < samples.length / WIDTH; row++) {
            int first = row * WIDTH;
            boolean inside = row % HEIGHT >= reach && row % HEIGHT < HEIGHT - reach;
            Arrays.fill(samples, first, first + (inside ? reach : WIDTH), Float.NaN);
            Arrays.fill(samples, first + WIDTH - reach, first + WIDTH, Float.NaN);
        }
    }
}
