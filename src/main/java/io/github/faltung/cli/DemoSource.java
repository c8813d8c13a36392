package io.github.faltung.cli;

import io.github.faltung.image.Picture;
import io.github.faltung.tensor.Dims;

/**
 * What the demo makes of a photograph to convolve. Where a layer has more than three channels, each further three are the photograph
 * shifted by one more pixel; where a picture ends before the source does, it begins again.
 */
enum DemoSource {
    /** The photograph itself, 0 to 255, its border repeated once on each side, so that filtering it leaves its size. */
    PHOTO("the photograph", 1),
    /** Rows as signals, one after the other in the minibatch. */
    SIGNALS("rows as signals", 1),
    /** Every second pixel of every second row, as a network's later layers see it. */
    HALF("feature maps", 2),
    /** Every fourth pixel of every fourth row. */
    QUARTER("feature maps", 4),
    /** A stack of shifted images, each a quarter of the size. */
    VOLUME("a stack of shifted images", 4);

    /** Below this some window would not fit into the source; above it, a panorama would take minutes. */
    private static final int MIN_EXTENT = 16;

    private static final int MAX_EXTENT = 1024;
    private static final int MAX_SIGNALS = 32;
    private static final int DEPTH = 8;

    private final String text;
    private final int step;

    DemoSource(String text, int step) {
        this.text = text;
        this.step = step;
    }

    String text() {
        return text;
    }

    /** Returns {@code [MB, channels, spatial…]}. */
    Dims dims(Picture photo, int channels) {
        long width = extent(photo.width());
        long height = extent(photo.height());
        return switch (this) {
            case PHOTO -> Dims.of(1, channels, photo.height() + 2, photo.width() + 2);
            case SIGNALS -> Dims.of(Math.min(MAX_SIGNALS, photo.height()), channels, width);
            case HALF, QUARTER -> Dims.of(1, channels, height, width);
            case VOLUME -> Dims.of(1, channels, DEPTH, height, width);
        };
    }

    private int extent(int pixels) {
        return Math.max(MIN_EXTENT, Math.min(MAX_EXTENT, (pixels + step - 1) / step));
    }

    /** Returns the elements of {@link #dims}, channels first. */
    float[] values(Picture photo, int channels) {
        long[] extents = dims(photo, channels).toArray();
        int minibatch = (int) extents[0];
        int width = (int) extents[extents.length - 1];
        int height = this == SIGNALS ? 1 : (int) extents[extents.length - 2];
        int depth = this == VOLUME ? (int) extents[2] : 1;
        var values = new float[minibatch * channels * depth * height * width];
        int position = 0;
        for (int mb = 0; mb < minibatch; mb++) {
            int firstRow = mb * photo.height() / minibatch;
            for (int channel = 0; channel < channels; channel++) {
                for (int d = 0; d < depth; d++) {
                    int shift = channel / 3 + d;
                    for (int y = 0; y < height; y++) {
                        for (int x = 0; x < width; x++) {
                            values[position++] = this == PHOTO
                                    ? photo.at(channel, y - 1, x - 1)
                                    : wrapped(photo, channel % 3, firstRow + y * step + shift, x * step + shift);
                        }
                    }
                }
            }
        }
        return values;
    }

    private static float wrapped(Picture photo, int channel, int y, int x) {
        return photo.at(channel, y % photo.height(), x % photo.width()) / Picture.WHITE;
    }
}
