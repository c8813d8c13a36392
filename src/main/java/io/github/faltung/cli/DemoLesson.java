package io.github.faltung.cli;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Engine;
import io.github.faltung.image.Picture;
import io.github.faltung.tensor.Dims;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A kernel that the demo learns from a picture and what the kernel makes of it. */
enum DemoLesson {
    /** The textbook's: a white picture with a black band, and its vertical edges (Zhang et al., <em>Dive into Deep Learning</em>, §7.2.4). */
    EDGE("edge", 60),
    /** The emboss kernel, from the photograph's local contrast in grey. */
    EMBOSS("emboss", 200);

    /** A step of the reference on so many pixels takes a fraction of a millisecond. */
    private static final int MOST_PIXELS = 2048;

    /** The loss has to fall to less than this share of the first. */
    private static final double LEARNED = 0.05;

    private final String text;
    private final int epochs;

    DemoLesson(String text, int epochs) {
        this.text = text;
        this.epochs = epochs;
    }

    private ConvolutionDescriptor layer() {
        return switch (this) {
            case EDGE -> ConvolutionDescriptor.conv2d(1, 1).kernel(1, 2).build();
            case EMBOSS -> ConvolutionDescriptor.conv2d(1, 1).kernel(3).build();
        };
    }

    private float[] kernel() {
        return switch (this) {
            case EDGE -> new float[] {1, -1};
            case EMBOSS -> new float[] {0.1f, 0.1f, 0.1f, 0.1f, -0.8f, 0.1f, 0.1f, 0.1f, 0.1f};
        };
    }

    /**
     * What came of a lesson.
     *
     * @param weights what was learned
     * @param losses before each epoch; empty if it failed
     * @param failure why it failed, in one line; empty if it did not
     */
    record Outcome(DemoLesson lesson, List<Float> weights, List<Double> losses, String failure) {
        private double first() {
            return losses.get(0);
        }

        private double last() {
            return losses.get(losses.size() - 1);
        }

        /** Returns whether the loss never rose by more than rounding does, and fell far. */
        boolean passed() {
            if (!failure.isEmpty()) {
                return false;
            }
            for (int i = 1; i < losses.size(); i++) {
                if (losses.get(i) > losses.get(i - 1) * (1 + 1e-3) + first() * 1e-9) {
                    return false;
                }
            }
            return last() <= LEARNED * first();
        }

        /** Returns the largest distance of a weight from the kernel's. */
        double worstError() {
            double worst = 0;
            for (int i = 0; i < weights.size(); i++) {
                worst = Math.max(worst, Math.abs(weights.get(i) - lesson.kernel()[i]));
            }
            return worst;
        }

        private List<String> shown() {
            return weights.stream()
                    .map(weight -> String.format(Locale.ROOT, "%.2f", weight))
                    .toList();
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
                    shown(),
                    losses.size(),
                    first(),
                    last(),
                    worstError(),
                    passed() ? "passed" : "FAILED");
        }
    }

    /** Learns, on the engine. */
    Outcome learn(Engine engine, Picture photo) {
        Picture picture = this == EDGE ? band() : contrast(photo.shrunkTo(MOST_PIXELS));
        try (Descent descent = begin(engine, picture)) {
            double[] losses = descent.epochs(epochs);
            var weights = new ArrayList<Float>();
            for (float weight : descent.weights()) {
                weights.add(weight);
            }
            return new Outcome(this, weights, Arrays.stream(losses).boxed().toList(), "");
        } catch (RuntimeException e) {
            return new Outcome(this, List.of(), List.of(), e.toString());
        }
    }

    /** Begins to learn from the picture. */
    Descent begin(Engine engine, Picture picture) {
        Dims dims = Dims.of(1, 1, picture.height(), picture.width());
        return new Descent(engine, layer(), picture.planes(), dims, kernel());
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
