package io.github.faltung.image;

import io.github.faltung.image.Canvas.Anchor;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/**
 * Feature maps as a labelled grid: each in grey, its weights beside it in blue (negative), near-white (zero) and orange (positive). What black
 * and white stand for is written below each map, and ± what the weights' ends stand for below these. Needs no display. Immutable.
 */
public final class FeatureMapSheet {
    /** What black and white stand for. */
    public enum Range {
        /** In each map its own least and greatest value: shows all there is to see in it. */
        EACH,
        /** In all maps the least and the greatest value of all: maps can be compared. */
        SHARED
    }

    /** How wide a sheet becomes before its maps go on in the next row, in pixels, as all that follows. */
    private static final int WIDTH = 1180;

    private static final int MARGIN = 20;
    private static final int GAP = 22;
    private static final int BAR_WIDTH = 56;
    private static final int BAR_HEIGHT = 9;

    private final FeatureMaps maps;
    private final Range range;
    private final ValueRange shared;
    private final FeatureMapTile tile;
    private final int columns;

    /** Makes a sheet. */
    public FeatureMapSheet(FeatureMaps maps, Range range) {
        this.maps = maps;
        this.range = range;
        ValueRange all = ValueRange.of(maps.map(0));
        for (int map = 1; map < maps.count(); map++) {
            all = all.hull(ValueRange.of(maps.map(map)));
        }
        this.shared = all;
        this.tile = new FeatureMapTile(maps);
        int fit = Math.max(1, (WIDTH - 2 * MARGIN + GAP) / (tile.width() + GAP));
        int rows = (maps.count() + fit - 1) / fit;
        this.columns = (maps.count() + rows - 1) / rows;
    }

    /** Returns what black and white stand for in a map. */
    ValueRange rangeOf(int map) {
        return range == Range.EACH ? ValueRange.of(maps.map(map)) : shared;
    }

    /** Returns where a map's picture is on the sheet; its weights are to the right of it, its label below. */
    Rectangle2D mapBounds(int map) {
        return new Rectangle2D.Double(left(map), top(map), tile.mapWidth(), tile.mapHeight());
    }

    private int left(int map) {
        return MARGIN + map % columns * (tile.width() + GAP);
    }

    private int top(int map) {
        return header() + map / columns * (tile.height() + GAP);
    }

    private static int header() {
        return MARGIN + Lettering.TITLE.lineHeight() + Lettering.SMALL.lineHeight() + MARGIN / 2;
    }

    private String title() {
        return LayerTitle.of(maps.problem().descriptor()) + ": " + maps.count() + " feature maps of " + maps.height()
                + "×" + maps.width();
    }

    private List<String> notes() {
        var notes = new ArrayList<String>();
        notes.add(
                range == Range.EACH
                        ? "in each map from its least to its greatest value, which stand below it" + tile.scaleNote()
                        : NumberText.of(shared.least()) + " to " + NumberText.of(shared.greatest())
                                + ", the same in all maps; each one's own range stands below it" + tile.scaleNote());
        notes.add(
                "the weights, a window for each input; zero in the middle, the ends ± the largest of each map, which stands below"
                        + tile.inputsNote());
        return notes;
    }

    private int width() {
        int text = Math.max(
                Lettering.TITLE.width(title()),
                Lettering.SMALL.width(maps.problem().toString()));
        for (String note : notes()) {
            text = Math.max(text, BAR_WIDTH + 8 + Lettering.SMALL.width(note));
        }
        int across = Math.min(columns, maps.count());
        return 2 * MARGIN + Math.max(text, across * (tile.width() + GAP) - GAP);
    }

    private int height() {
        int rows = (maps.count() + columns - 1) / columns;
        return header() + rows * (tile.height() + GAP) + 2 * Lettering.SMALL.lineHeight() + MARGIN;
    }

    /**
     * Draws the sheet.
     *
     * @return an opaque image
     */
    public BufferedImage draw(Theme theme) {
        try (var canvas = new Canvas(width(), height(), theme)) {
            int baseline = MARGIN + Lettering.TITLE.font().getSize();
            canvas.text(title(), MARGIN, baseline, Anchor.LEFT, Lettering.TITLE, Colour.INK);
            canvas.text(
                    maps.problem().toString(),
                    MARGIN,
                    baseline + Lettering.SMALL.lineHeight() + 3,
                    Anchor.LEFT,
                    Lettering.SMALL,
                    Colour.FAINT);
            for (int map = 0; map < maps.count(); map++) {
                tile.draw(canvas, left(map), top(map), map, rangeOf(map));
            }
            int y = height() - MARGIN - Lettering.SMALL.lineHeight();
            note(canvas, y, ColourRamp.GREY, notes().get(0));
            note(canvas, y + Lettering.SMALL.lineHeight(), ColourRamp.DIVERGING, notes().get(1));
            return canvas.image();
        }
    }

    private static void note(Canvas canvas, int baseline, ColourRamp ramp, String text) {
        int top = baseline - BAR_HEIGHT + 1;
        canvas.image(ramp.bar(BAR_WIDTH, BAR_HEIGHT), MARGIN, top);
        canvas.outline(new Rectangle2D.Double(MARGIN, top, BAR_WIDTH, BAR_HEIGHT), Colour.LINE, 1);
        canvas.text(text, MARGIN + BAR_WIDTH + 8, baseline, Anchor.LEFT, Lettering.SMALL, Colour.FAINT);
    }
}
