package io.github.faltung.image;

import io.github.faltung.image.Canvas.Anchor;
import java.awt.image.BufferedImage;

/** One map of a sheet with its weights, name and numbers. All tiles of a sheet have the same size. In pixels. */
final class FeatureMapTile {
    /** Neither side of a shown map is longer. */
    private static final int MOST_SIDE = 200;

    private static final int BESIDE_MAP = 10;
    private static final int LEAST_WEIGHTS_HEIGHT = 80;

    private final FeatureMaps maps;
    private final int mapWidth;
    private final int mapHeight;
    private final WeightMosaic mosaic;
    private final int width;

    FeatureMapTile(FeatureMaps maps) {
        this.maps = maps;
        int longer = Math.max(maps.width(), maps.height());
        double scale = MOST_SIDE / (double) longer;
        scale = scale < 1 ? scale : Math.floor(scale);
        this.mapWidth = (int) Math.max(1, Math.round(maps.width() * scale));
        this.mapHeight = (int) Math.max(1, Math.round(maps.height() * scale));
        int kernelHeight = maps.problem().descriptor().kernel().get(0);
        int kernelWidth = maps.problem().descriptor().kernel().get(1);
        this.mosaic = WeightMosaic.fitting(
                maps.weights(0).length / kernelHeight / kernelWidth,
                kernelHeight,
                kernelWidth,
                Math.max(mapHeight, LEAST_WEIGHTS_HEIGHT));
        int left = mapWidth;
        int right = mosaic.width();
        for (int map = 0; map < maps.count(); map++) {
            left = Math.max(left, Lettering.SMALL.width(rangeText(map)));
            right = Math.max(right, Lettering.SMALL.width(weightText(map)));
            left = Math.max(left, Lettering.STRONG.width(name(map)) - right - BESIDE_MAP);
        }
        this.width = left + BESIDE_MAP + right;
    }

    int mapWidth() {
        return mapWidth;
    }

    int mapHeight() {
        return mapHeight;
    }

    int width() {
        return width;
    }

    private int pictureHeight() {
        return Math.max(mapHeight, mosaic.height());
    }

    int height() {
        return pictureHeight() + Lettering.STRONG.lineHeight() + Lettering.SMALL.lineHeight() + 2;
    }

    /** Says how a map's elements became pixels, if not one by one. */
    String scaleNote() {
        return mapWidth == maps.width() && mapHeight == maps.height()
                ? ""
                : "; shown as " + mapHeight + "×" + mapWidth + " pixels"
                        + (mapWidth < maps.width() ? ", each a mean" : "");
    }

    /** Says of which inputs no weights are shown, if there are such. */
    String inputsNote() {
        return mosaic.shown() == mosaic.inputs()
                ? ""
                : "; of the first " + mosaic.shown() + " of " + mosaic.inputs() + " inputs";
    }

    private String name(int map) {
        return (map + "  " + maps.name(map)).strip();
    }

    private String rangeText(int map) {
        ValueRange own = ValueRange.of(maps.map(map));
        return own.least() == own.greatest()
                ? "all " + NumberText.of(own.least())
                : NumberText.of(own.least()) + " … " + NumberText.of(own.greatest());
    }

    private String weightText(int map) {
        return "±" + NumberText.of(ValueRange.aroundZero(maps.weights(map)).greatest());
    }

    /** Draws a map with its top left corner at a place. */
    void draw(Canvas canvas, int x, int y, int map, ValueRange range) {
        canvas.image(picture(maps.map(map), range), x, y);
        int weightsX = x + width - mosaic.width();
        int textX = Math.min(weightsX, x + width - Lettering.SMALL.width(weightText(map)));
        mosaic.draw(canvas, weightsX, y, maps.weights(map));
        int baseline = y + pictureHeight() + Lettering.STRONG.lineHeight();
        canvas.text(name(map), x, baseline, Anchor.LEFT, Lettering.STRONG, Colour.INK);
        baseline += Lettering.SMALL.lineHeight();
        canvas.text(rangeText(map), x, baseline, Anchor.LEFT, Lettering.SMALL, Colour.FAINT);
        canvas.text(weightText(map), textX, baseline, Anchor.LEFT, Lettering.SMALL, Colour.FAINT);
    }

    private BufferedImage picture(float[] map, ValueRange range) {
        var shades = new float[map.length];
        for (int i = 0; i < map.length; i++) {
            shades[i] = (float) (Picture.WHITE * range.share(map[i]));
        }
        var whole = new Picture(1, maps.width(), maps.height(), shades);
        boolean smaller = mapWidth < maps.width() || mapHeight < maps.height();
        Picture shown = smaller ? Shrinking.shrink(whole, mapWidth, mapHeight) : whole;
        var image = new BufferedImage(mapWidth, mapHeight, BufferedImage.TYPE_INT_RGB);
        for (int row = 0; row < mapHeight; row++) {
            for (int column = 0; column < mapWidth; column++) {
                float shade = shown.at(0, row * shown.height() / mapHeight, column * shown.width() / mapWidth);
                image.setRGB(column, row, ColourRamp.GREY.rgb(shade / Picture.WHITE));
            }
        }
        return image;
    }
}
