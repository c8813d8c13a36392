package io.github.faltung.cli;

import io.github.faltung.checking.Fill;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.image.Picture;

/** Where a row's weights come from: chance, or a filter whose output is a picture. */
enum DemoKernel {
    /** Seeded random numbers. */
    RANDOM("", 0),
    /** The tutorials' emboss: 0.1 around −0.8, summed over red, green and blue. Flat areas give 0, which is shown as mid-grey. */
    EMBOSS("emboss", 1),
    /** Sobel's two gradients of the brightness (ITU-R BT.601: 0.299 red, 0.587 green, 0.114 blue); shown is their magnitude. */
    SOBEL("edges", 2),
    /** A Gaussian of the brightness, a column times a row: run as two passes. */
    GAUSS("blur", 1);

    private static final int GAUSS_SIZE = 11;
    private static final double GAUSS_SIGMA = 2;

    private static final int[] SOBEL_X = {-1, 0, 1, -2, 0, 2, -1, 0, 1};
    private static final int[] SOBEL_Y = {-1, -2, -1, 0, 0, 0, 1, 2, 1};
    private static final float[] BRIGHTNESS = {0.299f, 0.587f, 0.114f};
    private static final float MID_GREY = 128;

    private final String shown;
    private final int outputs;

    DemoKernel(String shown, int outputs) {
        this.shown = shown;
        this.outputs = outputs;
    }

    /** Returns what a filter's picture shows, in one word. */
    String shown() {
        return shown;
    }

    /** Returns the layer of a filter. */
    ConvolutionDescriptor layer() {
        int size = this == GAUSS ? GAUSS_SIZE : 3;
        // The source has a border of 1.
        return ConvolutionDescriptor.conv2d(3, outputs)
                .kernel(size)
                .padding(size / 2 - 1)
                .build();
    }

    /**
     * Returns one of the weights.
     *
     * @param position of a filter: in {@code [outputs, 3, kernel, kernel]}
     * @param random what chance says
     */
    float weight(int position, Fill random) {
        int tap = position % 9;
        return switch (this) {
            case RANDOM -> random.weights(position);
            case EMBOSS -> tap == 4 ? -0.8f : 0.1f;
            case SOBEL -> BRIGHTNESS[position / 9 % 3] * (position < 27 ? SOBEL_X : SOBEL_Y)[tap];
            case GAUSS ->
                (float) (BRIGHTNESS[position / GAUSS_SIZE / GAUSS_SIZE]
                        * gauss(position / GAUSS_SIZE % GAUSS_SIZE)
                        * gauss(position % GAUSS_SIZE));
        };
    }

    private static double gauss(int tap) {
        double distance = (tap - GAUSS_SIZE / 2) / GAUSS_SIGMA;
        return Math.exp(-distance * distance / 2) / GAUSS_SIGMA / Math.sqrt(2 * Math.PI);
    }

    /**
     * Returns the picture of a filter's output.
     *
     * @param output {@code [1, outputs, height, width]}
     */
    Picture picture(float[] output, int width, int height) {
        var grey = new float[width * height];
        for (int i = 0; i < grey.length; i++) {
            grey[i] = switch (this) {
                case RANDOM -> throw new IllegalStateException("not a filter");
                case GAUSS -> output[i];
                case EMBOSS -> MID_GREY + output[i];
                case SOBEL -> (float) Math.hypot(output[i], output[grey.length + i]);
            };
        }
        return new Picture(1, width, height, grey);
    }
}
