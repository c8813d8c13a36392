package io.github.faltung.cli;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Engine;
import io.github.faltung.image.Picture;
import io.github.faltung.tensor.Dims;
import java.util.Arrays;
import java.util.Locale;

/** A kernel that the demo learns from a picture and what the kernel makes of it. */
enum DemoLesson {
    /** The textbook's: a white picture with a black band, and its vertical edges (Zhang et al., <em>Dive into Deep Learning</em>, §7.2.4). */
    EDGE("edge", 60, 1, 2, 1, -1),
    /** The emboss kernel, from the photograph's local contrast in grey. */
    EMBOSS("emboss", 200, 3, 3, .1f, .1f, .1f, .1f, -.8f, .1f, .1f, .1f, .1f);

    /** A step of the reference on so many pixels takes a fraction of a millisecond. */
    private static final int MOST_PIXELS = 2048;

    /** The loss has to fall to less than this share of the first. */
    private static final double LEARNED = 0.05;

    private final String text;
    private final int epochs;
    private final ConvolutionDescriptor layer;
    private final float[] kernel;

    DemoLesson(String text, int epochs, int height, int width, float... kernel) {
        this.text = text;
        this.epochs = epochs;
        this.layer = ConvolutionDescriptor.conv2d(1, 1).kernel(height, width).build();
        this.kernel = kernel;
    }

    /**
     * What came of a lesson.
     *
     * @param weights what was learned
     * @param losses before each epoch; empty if it failed
     * @param failure why it failed, in one line; empty if it did not
     */
    record Outcome(DemoLesson lesson, float[] weights, double[] losses, String failure) {
        /** Returns whether the loss never rose by more than rounding does, and fell far. */
        boolean passed() {
            if (!failure.isEmpty()) {
                return false;
            }
            double first = losses[0];
            for (int i = 1; i < losses.length; i++) {
                if (losses[i] > losses[i - 1] * (1 + 1e-3) + first * 1e-9) {
                    return false;
                }
            }
            return losses[losses.length - 1] <= LEARNED * first;
        }

        /** Returns the largest distance of a weight from the kernel's. */
        double worstError() {
            double worst = 0;
            for (int i = 0; i < weights.length; i++) {
                worst = Math.max(worst, Math.abs(weights[i] - lesson.kernel[i]));
            }
            return worst;
        }

        @Override
        public String toString() {
            if (!failure.isEmpty()) {
                return "learned the " + lesson.text + " kernel: FAILED, " + failure;
            }
            return String.format(
                    Locale.ROOT,
                    "learned the %s kernel: %s in %d epochs, loss %.2g -> %.2g, within %.2g, %s",
                    lesson.text,
                    Arrays.toString(lesson.shown(weights)),
                    losses.length,
                    losses[0],
                    losses[losses.length - 1],
                    worstError(),
                    passed() ? "passed" : "FAILED");
        }
    }

    private String[] shown(float[] weights) {
        var shown = new String[weights.length];
        Arrays.setAll(shown, i -> String.format(Locale.ROOT, "%.2f", weights[i]));
        return shown;
    }

    /** Learns, on the engine. */
    Outcome learn(Engine engine, Picture photo) {
        Picture picture = this == EDGE ? band() : contrast(photo.shrunkTo(MOST_PIXELS));
        try (Descent descent = begin(engine, picture)) {
            double[] losses = descent.epochs(epochs);
            return new Outcome(this, descent.weights(), losses, "");
        } catch (RuntimeException e) {
            return new Outcome(this, new float[0], new double[0], e.toString());
        }
    }

    /** Begins to learn from the picture. */
    Descent begin(Engine engine, Picture picture) {
        Dims dims = Dims.of(1, 1, picture.height(), picture.width());
        return new Descent(engine, layer, picture.planes(), dims, kernel);
    }

    /** Returns the textbook's picture: six rows of 1 1 0 0 0 0 1 1. */
    static Picture band() {
        var values = new float[6 * 8];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % 8 < 2 || i % 8 > 5 ? 1 : 0;
        }
        return new Picture(1, 8, 6, values);
    }

    /**
     * Returns how much brighter each pixel is than its neighbours to the left and above on average, within −1 to 1: what is alike in a
     * whole neighbourhood teaches an emboss kernel nothing. At least 3 pixels high and wide.
     */
    static Picture contrast(Picture photo) {
        int width = Math.max(3, photo.width());
        int height = Math.max(3, photo.height());
        var values = new float[width * height];
        for (int i = 0; i < values.length; i++) {
            int y = i / width;
            int x = i % width;
            values[i] = (brightness(photo, y, x) - (brightness(photo, y, x - 1) + brightness(photo, y - 1, x)) / 2)
                    / Picture.WHITE;
        }
        return new Picture(1, width, height, values);
    }

    private static float brightness(Picture photo, int y, int x) {
        float sum = 0;
        for (int channel = 0; channel < photo.channels(); channel++) {
            sum += photo.at(channel, y, x) / photo.channels();
        }
        return sum;
    }
}
