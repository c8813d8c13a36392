package io.github.faltung.image;

import io.github.faltung.convolution.ConvolutionDescriptor;
import java.util.Arrays;
import java.util.List;

/**
 * Windows of 3×3 weights that every textbook shows, for a layer that has none of its own yet: some of the {@link NamedKernel}s, as they are
 * laid over the picture. Of a colour picture they filter the brightness.
 */
public enum TextbookWindow {
    /** Sobel's horizontal gradient: vertical edges. */
    SOBEL_X("Sobel x", "sobel-x"),
    /** Sobel's vertical gradient: horizontal edges. */
    SOBEL_Y("Sobel y", "sobel-y"),
    /** The sum of the second differences: edges of every direction. */
    LAPLACIAN("Laplacian", "laplacian-4"),
    /** Lines from the top left to the bottom right. */
    DIAGONAL("diagonal", "diagonal"),
    /** Lines from the bottom left to the top right. */
    ANTIDIAGONAL("antidiagonal", "antidiagonal"),
    /** Light from the top left. */
    EMBOSS("emboss", "emboss"),
    /** The pixel and what it differs by from its neighbours. */
    SHARPEN("sharpen", "sharpen"),
    /** The binomial window, nearly a Gaussian. */
    BLUR("blur", "binomial:size=3");

    /** ITU-R BT.601. */
    private static final float[] BRIGHTNESS = {0.299f, 0.587f, 0.114f};

    private static final int SIDE = 3;

    private final String text;
    private final String kernel;

    TextbookWindow(String text, String kernel) {
        this.text = text;
        this.kernel = kernel;
    }

    /** A layer correlates, so it takes a kernel turned around. */
    private float[] window() {
        return NamedKernel.of(kernel).flipped().weights();
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
        for (int oc = 0; oc < layer.outputChannels(); oc++) {
            float[] window = values()[oc].window();
            for (int i = 0; i < inputs * taps; i++) {
                float share = inputs == 1 ? 1 : BRIGHTNESS[i / taps];
                weights[oc * inputs * taps + i] = share * window[i % taps];
            }
        }
        return weights;
    }

    /** Returns the names of the first windows. */
    public static List<String> names(int count) {
        return Arrays.stream(values()).limit(count).map(window -> window.text).toList();
    }
}
