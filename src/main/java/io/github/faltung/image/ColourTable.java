package io.github.faltung.image;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.WritableRaster;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Up to 255 colours for several images, and one number for what stays as it was in the image before. What is not among them, the rare
 * in-between of a letter's edge, becomes the nearest one. For one thread.
 */
final class ColourTable {
    /** The number of a pixel that is as in the image before. */
    static final int UNCHANGED = 255;

    private final Map<Integer, Integer> counts = new HashMap<>();
    private final Map<Integer, Byte> indices = new HashMap<>();
    private List<Integer> colours = List.of();
    private int[] before = {};

    /** Counts the colours of an image; not called any more after the first {@link #indexed}. */
    void count(BufferedImage image) {
        int[] pixels = pixels(image);
        int begin = 0;
        for (int i = 1; i <= pixels.length; i++) { // runs are long, and a map is slow
            if (i == pixels.length || pixels[i] != pixels[begin]) {
                counts.merge(pixels[begin], i - begin, Integer::sum);
                begin = i;
            }
        }
    }

    private static int[] pixels(BufferedImage image) {
        return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    }

    /** Returns the image with one byte for each pixel. Images come in their order, all of one size. */
    BufferedImage indexed(BufferedImage image) {
        if (colours.isEmpty()) {
            choose();
        }
        int[] pixels = pixels(image);
        boolean first = before.length == 0;
        var bytes = new byte[pixels.length];
        byte index = 0;
        for (int i = 0; i < pixels.length; i++) {
            if (i == 0 || pixels[i] != pixels[i - 1]) {
                index = indices.computeIfAbsent(pixels[i], this::nearest);
            }
            bytes[i] = !first && pixels[i] == before[i] ? (byte) UNCHANGED : index;
        }
        before = pixels;
        var result =
                new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_BYTE_INDEXED, colourModel());
        WritableRaster raster = result.getRaster();
        raster.setDataElements(0, 0, image.getWidth(), image.getHeight(), bytes);
        return result;
    }

    private void choose() {
        colours = counts.entrySet().stream()
                .sorted(Map.Entry.<Integer, Integer>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(UNCHANGED)
                .map(Map.Entry::getKey)
                .toList();
    }

    private byte nearest(int rgb) {
        int best = 0;
        for (int i = 1; i < colours.size(); i++) {
            if (distance(colours.get(i), rgb) < distance(colours.get(best), rgb)) {
                best = i;
            }
        }
        return (byte) best;
    }

    private static int distance(int a, int b) {
        int sum = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            int difference = ((a >> shift) & 0xff) - ((b >> shift) & 0xff);
            sum += difference * difference;
        }
        return sum;
    }

    private IndexColorModel colourModel() {
        var argb = new int[UNCHANGED + 1];
        for (int i = 0; i < colours.size(); i++) {
            argb[i] = colours.get(i);
        }
        return new IndexColorModel(8, argb.length, argb, 0, false, UNCHANGED, DataBuffer.TYPE_BYTE);
    }
}
