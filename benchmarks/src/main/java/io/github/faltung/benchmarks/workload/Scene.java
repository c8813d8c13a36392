package io.github.faltung.benchmarks.workload;

import java.awt.image.BufferedImage;
import java.awt.image.WritableRaster;
import java.util.SplittableRandom;

/**
 * What the pictures show, the same in every JVM: a sky that fades, a white sun, houses of one shade with lit windows, and a lawn of noise.
 * Photos have all of that, and filters may take different time for each.
 */
final class Scene {
    private static final int WHITE = 255;
    private static final int BLACK = 0;

    /** The horizon, as a share of the height. */
    private static final double HORIZON = 0.75;

    private static final double SUN_X = 0.8;
    private static final double SUN_Y = 0.2;
    private static final double SUN_RADIUS = 0.12;

    /** So bright is the sky above, in red, green and blue, and so much brighter it is at the horizon. */
    private static final int[] SKY = {40, 90, 150};

    private static final int[] SKY_GROWTH = {170, 110, 60};
    private static final int SKY_NOISE = 3;

    private static final int HOUSE_WIDTH = 160;
    private static final int WINDOW = 20;
    private static final int[] LAWN = {70, 120, 50};
    private static final int LAWN_NOISE = 60;

    private final int width;
    private final int height;
    private final SplittableRandom random = new SplittableRandom(1);

    private Scene(int width, int height) {
        this.width = width;
        this.height = height;
    }

    /** Paints it, of grey images the green alone. */
    static void paint(BufferedImage image) {
        WritableRaster raster = image.getRaster();
        int bands = raster.getNumBands();
        var scene = new Scene(image.getWidth(), image.getHeight());
        var row = new int[scene.width * bands];
        for (int y = 0; y < scene.height; y++) {
            for (int x = 0; x < scene.width; x++) {
                for (int band = 0; band < bands; band++) {
                    int colour = bands == 1 ? 1 : band;
                    row[x * bands + band] = Math.max(BLACK, Math.min(WHITE, scene.sample(x, y, colour)));
                }
            }
            raster.setPixels(0, y, scene.width, 1, row);
        }
    }

    private int sample(int x, int y, int colour) {
        if (isHouse(x, y)) {
            return isWindow(x, y) ? WHITE - colour * WINDOW : house(x / HOUSE_WIDTH, colour);
        }
        if (y >= HORIZON * height) {
            return LAWN[colour] + random.nextInt(-LAWN_NOISE, LAWN_NOISE + 1);
        }
        double dx = x - SUN_X * width;
        double dy = y - SUN_Y * height;
        if (Math.sqrt(dx * dx + dy * dy) < SUN_RADIUS * height) {
            return WHITE;
        }
        double fade = y / (HORIZON * height);
        return SKY[colour] + (int) (SKY_GROWTH[colour] * fade) + random.nextInt(-SKY_NOISE, SKY_NOISE + 1);
    }

    private boolean isHouse(int x, int y) {
        int house = x / HOUSE_WIDTH;
        double top = height * (0.35 + 0.05 * (house * 5 % 7));
        return house % 4 != 3 && y >= top && y < height * (HORIZON + 0.1);
    }

    private static boolean isWindow(int x, int y) {
        return x % (2 * WINDOW) < WINDOW && y % (3 * WINDOW) < WINDOW;
    }

    private static int house(int house, int colour) {
        return house % 3 * 40 + colour * 10;
    }
}
