package io.github.faltung.image;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;

/**
 * A picture as a layer sees it: one plane of numbers per channel, 0 for dark to 255 for bright, though a filter's output may go beyond.
 * Thread-safe as long as nobody writes the array, which is shared, not copied.
 */
public final class Picture {
    /** The brightest value that a file or a screen shows. */
    public static final int WHITE = 255;

    private final int channels;
    private final int width;
    private final int height;
    private final float[] planes;

    /**
     * Makes a picture of an array, which it keeps.
     *
     * @param channels 1 for grey, 3 for red, green and blue
     * @param width in pixels
     * @param height in pixels
     * @param planes {@code [channels, height, width]}
     * @throws IllegalArgumentException if there are neither 1 nor 3 channels, an extent is less than 1, or the array has not just
     *     one number for each pixel and channel
     */
    public Picture(int channels, int width, int height, float[] planes) {
        requireGreyOrColour(channels);
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException(
                    "width and height must be positive, but were " + width + " and " + height);
        }
        if (planes.length != (long) channels * width * height) {
            throw new IllegalArgumentException("planes must be the " + (long) channels * width * height + " numbers of "
                    + channels + "x" + height + "x" + width + ", but were " + planes.length);
        }
        this.channels = channels;
        this.width = width;
        this.height = height;
        this.planes = planes;
    }

    private static void requireGreyOrColour(int channels) {
        if (channels != 1 && channels != 3) {
            throw new IllegalArgumentException("channels must be 1 or 3, but were " + channels);
        }
    }

    /** Reads an image of any type into red, green and blue. What is transparent shows white; grey fills all three alike. */
    public static Picture of(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        int pixels = Math.multiplyExact(width, height);
        var planes = new float[Math.multiplyExact(3, pixels)];
        boolean grey = isPlainGrey(image);
        var row = new int[width];
        for (int y = 0; y < height; y++) {
            if (grey) {
                greyRow(image.getRaster(), y, row);
            } else {
                image.getRGB(0, y, width, 1, row, 0, width);
            }
            for (int x = 0; x < width; x++) {
                for (int channel = 0; channel < 3; channel++) {
                    planes[channel * pixels + y * width + x] = overWhite(row[x], channel);
                }
            }
        }
        return new Picture(3, width, height, planes);
    }

    /**
     * Returns whether the samples are grey values as the file has them. Java takes them to be linear in light, and {@code getRGB} would
     * brighten them.
     */
    private static boolean isPlainGrey(BufferedImage image) {
        int type = image.getSampleModel().getDataType();
        return image.getColorModel() instanceof ComponentColorModel model
                && model.getColorSpace().getType() == ColorSpace.TYPE_GRAY
                && !model.isAlphaPremultiplied()
                && (type == DataBuffer.TYPE_BYTE || type == DataBuffer.TYPE_USHORT);
    }

    private static void greyRow(Raster raster, int y, int[] argb) {
        int bits = raster.getSampleModel().getSampleSize(0);
        int bands = raster.getNumBands();
        int[] samples = raster.getPixels(0, y, argb.length, 1, (int[]) null);
        for (int x = 0; x < argb.length; x++) {
            int grey = eightBits(samples[x * bands], bits);
            int alpha = bands > 1 ? eightBits(samples[x * bands + 1], bits) : WHITE;
            argb[x] = (alpha << 24) | (grey << 16) | (grey << 8) | grey;
        }
    }

    private static int eightBits(int sample, int bits) {
        return Math.round(sample * (float) WHITE / ((1 << bits) - 1));
    }

    private static float overWhite(int argb, int channel) {
        int value = (argb >> (16 - 8 * channel)) & 0xff;
        int alpha = argb >>> 24;
        return alpha == WHITE ? value : WHITE + (value - WHITE) * (alpha / (float) WHITE);
    }

    /** Returns an 8-bit image, grey or RGB; values are rounded and held within 0 to 255. */
    public BufferedImage toBufferedImage() {
        int type = channels == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR;
        var image = new BufferedImage(width, height, type);
        WritableRaster raster = image.getRaster();
        int pixels = width * height;
        var row = new int[width];
        for (int channel = 0; channel < channels; channel++) {
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    row[x] = Math.max(0, Math.min(WHITE, Math.round(planes[channel * pixels + y * width + x])));
                }
                raster.setSamples(0, y, width, 1, channel, row);
            }
        }
        return image;
    }

    /** Returns a new tensor {@code [1, channels, height, width]}, which the caller closes. */
    public Tensor toTensor(Layout layout) {
        Dims dims = Dims.of(1, channels, height, width);
        Tensor tensor = Tensor.allocate(DataType.F32, dims, layout);
        tensor.copyFrom(planes, Layout.CHANNELS_FIRST);
        return tensor;
    }

    /**
     * Returns a new tensor {@code [1, channels, height, width]} in which white is another number than {@link #WHITE}; the caller closes it.
     *
     * @param white what white becomes; black stays 0
     */
    public Tensor toTensor(DataType type, Layout layout, float white) {
        var values = new float[planes.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = planes[i] * (white / WHITE);
        }
        Tensor tensor = Tensor.allocate(type, Dims.of(1, channels, height, width), layout);
        tensor.copyFrom(values, Layout.CHANNELS_FIRST);
        return tensor;
    }

    /**
     * Returns this picture in grey or in colour: grey is the brightness (ITU-R BT.601), colour of a grey one has three equal planes.
     *
     * @throws IllegalArgumentException if the number is neither 1 nor 3
     */
    public Picture withChannels(int wanted) {
        requireGreyOrColour(wanted);
        if (wanted == channels) {
            return this;
        }
        int pixels = width * height;
        var values = new float[Math.multiplyExact(wanted, pixels)];
        for (int i = 0; i < values.length; i++) {
            values[i] = channels == 1
                    ? planes[i % pixels]
                    : 0.299f * planes[i % pixels]
                            + 0.587f * planes[pixels + i % pixels]
                            + 0.114f * planes[2 * pixels + i % pixels];
        }
        return new Picture(wanted, width, height, values);
    }

    /** Returns the value of a channel at a place; beyond the border, that of the nearest pixel. */
    public float at(int channel, int y, int x) {
        int row = Math.max(0, Math.min(height - 1, y));
        int column = Math.max(0, Math.min(width - 1, x));
        return planes[(channel * height + row) * width + column];
    }

    /** Returns this picture, or if it has more pixels than allowed, a smaller one of the same proportions. */
    public Picture shrunkTo(int maxPixels) {
        double factor = Math.sqrt(maxPixels / ((double) width * height));
        if (factor >= 1) {
            return this;
        }
        int newWidth = Math.max(1, Math.min(maxPixels, (int) (width * factor)));
        int newHeight = Math.max(1, Math.min(maxPixels / newWidth, (int) (height * factor)));
        return Shrinking.shrink(this, newWidth, newHeight);
    }

    /** Returns 1 for grey, 3 for red, green and blue. */
    public int channels() {
        return channels;
    }

    /** Returns the width in pixels. */
    public int width() {
        return width;
    }

    /** Returns the height in pixels. */
    public int height() {
        return height;
    }

    /** Returns the numbers, {@code [channels, height, width]}: the picture's own array. */
    public float[] planes() {
        return planes;
    }
}
