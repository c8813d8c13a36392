package io.github.faltung.image;

import io.github.faltung.convolution.ConvolutionDescriptor;
import java.util.Arrays;
import java.util.List;

/** Windows of 3×3 weights that every textbook shows, for a layer that has none of its own yet. Of a colour picture they filter the brightness. */
public enum TextbookWindow {
    /** Sobel's horizontal gradient: vertical edges. */
    SOBEL_X("Sobel x"),
    /** Sobel's vertical gradient: horizontal edges. */
    SOBEL_Y("Sobel y"),
    /** The sum of the second differences: edges of every direction. */
    LAPLACIAN("Laplacian"),
    /** Lines from the top left to the bottom right. */
    DIAGONAL("diagonal"),
    /** Lines from the bottom left to the top right. */
    ANTIDIAGONAL("antidiagonal"),
    /** Light from the top left. */
    EMBOSS("emboss"),
    /** The pixel and what it differs by from its neighbours. */
    SHARPEN("sharpen"),
    /** The binomial window, nearly a Gaussian. */
    BLUR("blur");

    /** ITU-R BT.601. */
    private static final float[] BRIGHTNESS = {0.299f, 0.587f, 0.114f};

    private static final int SIDE = 3;

    private final String text;

    TextbookWindow(String text) {
        this.text = text;
    }

    private int[] window() {
        return switch (this) {
            case SOBEL_X -> new int[] {-1, 0, 1, -2, 0, 2, -1, 0, 1};
            case SOBEL_Y -> new int[] {-1, -2, -1, 0, 0, 0, 1, 2, 1};
            case LAPLACIAN -> new int[] {0, 1, 0, 1, -4, 1, 0, 1, 0};
            case DIAGONAL -> new int[] {2, -1, -1, -1, 2, -1, -1, -1, 2};
            case ANTIDIAGONAL -> new int[] {-1, -1, 2, -1, 2, -1, 2, -1, -1};
            case EMBOSS -> new int[] {-2, -1, 0, -1, 1, 1, 0, 1, 2};
            case SHARPEN -> new int[] {0, -1, 0, -1, 5, -1, 0, -1, 0};
            case BLUR -> new int[] {1, 2, 1, 2, 4, 2, 1, 2, 1};
        };
    }

    private float divisor() {
        return this == BLUR ? 16 : 1;
    }

    /**
     * Returns the first windows as the weights of a layer, one for each output channel.
     *
     * @param layer 3×3, not transposed, one group, 1 or 3 input channels, no more output channels than there are windows
     * @return {@code [OC, IC, 3, 3]}
     * @throws IllegalArgumentException if the layer is another
     */
    public static float[] weights(ConvolutionDescriptor layer) {
        boolean fits = layer.kernel().equals(List.of(SIDE, SIDE))
                && !layer.transposed()
                && layer.groups() == 1
                && (layer.inputChannels() == 1 || layer.inputChannels() == BRIGHTNESS.length)
                && layer.outputChannels() <= values().length;
        if (!fits) {
            throw new IllegalArgumentException("layer must be 3×3, of 1 or 3 input and up to " + values().length
                    + " output channels, to have textbook weights, but was " + layer);
        }
        int taps = SIDE * SIDE;
        int inputs = layer.inputChannels();
        var weights = new float[layer.outputChannels() * inputs * taps];
        for (int i = 0; i < weights.length; i++) {
            TextbookWindow window = values()[i / taps / inputs];
            float share = inputs == 1 ? 1 : BRIGHTNESS[i / taps % inputs];
            weights[i] = share * window.window()[i % taps] / window.divisor();
        }
        return weights;
    }

    /** Returns the names of the first windows. */
    public static List<String> names(int count) {
        return Arrays.stream(values()).limit(count).map(window -> window.text).toList();
    }
}
