package io.github.faltung.image;

import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;

/**
 * The windows of weights of one output channel, one for each input, below and beside each other.
 *
 * @param inputs how many windows there are
 * @param shown how many of them are shown
 * @param across how many stand beside each other
 * @param kernelHeight of a window, in weights
 * @param kernelWidth of a window, in weights
 * @param side length of a weight's side in pixels
 */
record WeightMosaic(int inputs, int shown, int across, int kernelHeight, int kernelWidth, int side) {
    /** In pixels, as all that follows. */
    private static final int MOST_WIDTH = 84;

    private static final int MOST_SIDE = 16;
    private static final int LEAST_SIDE = 2;
    private static final int GAP = 4;

    /** Returns the one with the largest weights that is not higher than given; if they would be too small to see, one of fewer windows. */
    static WeightMosaic fitting(int inputs, int kernelHeight, int kernelWidth, int mostHeight) {
        for (int shown = inputs; shown > 1; shown--) {
            WeightMosaic best = fitting(inputs, shown, kernelHeight, kernelWidth, mostHeight);
            if (best.side >= LEAST_SIDE) {
                return best;
            }
        }
        WeightMosaic one = fitting(inputs, 1, kernelHeight, kernelWidth, mostHeight);
        return one.side > 0 ? one : new WeightMosaic(inputs, 1, 1, kernelHeight, kernelWidth, 1);
    }

    private static WeightMosaic fitting(int inputs, int shown, int kernelHeight, int kernelWidth, int mostHeight) {
        var best = new WeightMosaic(inputs, shown, 1, kernelHeight, kernelWidth, 0);
        for (int across = 1; across <= shown; across++) {
            int down = (shown + across - 1) / across;
            int bySpace = (MOST_WIDTH - (across - 1) * GAP) / (across * kernelWidth);
            int byHeight = (mostHeight - (down - 1) * GAP) / (down * kernelHeight);
            int side = Math.min(MOST_SIDE, Math.min(bySpace, byHeight));
            if (side > best.side) {
                best = new WeightMosaic(inputs, shown, across, kernelHeight, kernelWidth, side);
            }
        }
        return best;
    }

    int width() {
        return across * (kernelWidth * side + GAP) - GAP;
    }

    int height() {
        return (shown + across - 1) / across * (kernelHeight * side + GAP) - GAP;
    }

    /** Returns where a window is, from the top left corner of all. */
    Rectangle2D bounds(int input) {
        int x = input % across * (kernelWidth * side + GAP);
        int y = input / across * (kernelHeight * side + GAP);
        return new Rectangle2D.Double(x, y, kernelWidth * side, kernelHeight * side);
    }

    /**
     * Draws the windows.
     *
     * @param weights {@code [inputs, kernelHeight, kernelWidth]}
     */
    void draw(Canvas canvas, int x, int y, float[] weights) {
        ValueRange range = ValueRange.aroundZero(weights);
        for (int input = 0; input < shown; input++) {
            Rectangle2D bounds = bounds(input);
            int left = x + (int) bounds.getX();
            int top = y + (int) bounds.getY();
            canvas.image(window(weights, input, range), left, top);
            canvas.outline(new Rectangle2D.Double(left, top, bounds.getWidth(), bounds.getHeight()), Colour.LINE, 1);
        }
    }

    private BufferedImage window(float[] weights, int input, ValueRange range) {
        var image = new BufferedImage(kernelWidth * side, kernelHeight * side, BufferedImage.TYPE_INT_RGB);
        for (int row = 0; row < image.getHeight(); row++) {
            for (int column = 0; column < image.getWidth(); column++) {
                float weight = weights[(input * kernelHeight + row / side) * kernelWidth + column / side];
                image.setRGB(column, row, ColourRamp.DIVERGING.rgb(range.share(weight)));
            }
        }
        return image;
    }
}
