package io.github.faltung.image;

import io.github.faltung.image.Canvas.Anchor;
import java.awt.Color;
import java.awt.Rectangle;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/** Draws a receptive field: the picture with its outline, what is in it at a larger scale, and what the colours mean. In pixels. */
final class FieldSketch {
    private static final int MARGIN = 20;
    private static final int GAP = 36;
    private static final int PICTURE_SIDE = 480;
    private static final int ZOOM_SIDE = 300;
    private static final int BAR_WIDTH = 14;
    private static final double OUTLINE = 2.5;

    /** How much of the picture's own colour is left outside of the field, and of its grey under the counts. */
    private static final double OUTSIDE = 0.4;

    private static final double UNDER_COUNTS = 0.3;

    private final ReceptiveFieldOverlay overlay;
    private final Picture picture;
    private final Theme theme;
    private final Rectangle field;
    private final double scale;
    private final double zoom;
    private final List<String> lines;
    private final int width;
    private final int numbers;

    FieldSketch(ReceptiveFieldOverlay overlay, Picture picture, Theme theme) {
        this.overlay = overlay;
        this.picture = picture;
        this.theme = theme;
        this.field = overlay.field();
        this.scale = scale(Math.max(picture.width(), picture.height()), PICTURE_SIDE);
        this.zoom = field.isEmpty() ? 1 : scale(Math.max(field.width, field.height), ZOOM_SIDE);
        this.numbers = Lettering.SMALL.width(NumberText.of(overlay.mostPaths()));
        int panels = pictureWidth() + GAP + zoomWidth() + 10 + BAR_WIDTH + 6 + numbers;
        int text = Math.max(Lettering.TITLE.width("Receptive field"), Lettering.LABEL.width(overlay.describe()));
        this.width = 2 * MARGIN + Math.max(panels, text);
        this.lines = lines(overlay.layers(), width - 2 * MARGIN);
    }

    /** Enlarges by a whole number, so that all pixels stay alike. */
    private static double scale(int side, int most) {
        double scale = most / (double) side;
        return scale < 1 ? scale : Math.floor(scale);
    }

    private static List<String> lines(String text, int width) {
        var lines = new ArrayList<String>();
        String line = "";
        for (String word : text.split(" ", -1)) {
            if (!line.isEmpty() && Lettering.SMALL.width(line + " " + word) > width) {
                lines.add(line);
                line = "";
            }
            line = line.isEmpty() ? word : line + " " + word;
        }
        lines.add(line);
        return lines;
    }

    private int pictureWidth() {
        return (int) Math.max(1, picture.width() * scale);
    }

    private int pictureHeight() {
        return (int) Math.max(1, picture.height() * scale);
    }

    private int zoomWidth() {
        return (int) Math.max(1, field.width * zoom);
    }

    private int zoomHeight() {
        return (int) Math.max(1, field.height * zoom);
    }

    private int top() {
        return MARGIN + Lettering.TITLE.lineHeight() + lines.size() * Lettering.SMALL.lineHeight() + MARGIN / 2;
    }

    BufferedImage draw() {
        int panels = Math.max(pictureHeight(), zoomHeight());
        int height = top() + panels + MARGIN / 2 + Lettering.LABEL.lineHeight() + Lettering.SMALL.lineHeight() + MARGIN;
        try (var canvas = new Canvas(width, height, theme)) {
            int baseline = MARGIN + Lettering.TITLE.font().getSize();
            canvas.text("Receptive field", MARGIN, baseline, Anchor.LEFT, Lettering.TITLE, Colour.INK);
            for (String line : lines) {
                baseline += Lettering.SMALL.lineHeight();
                canvas.text(line, MARGIN, baseline + 3, Anchor.LEFT, Lettering.SMALL, Colour.FAINT);
            }
            int y = top() + (panels - pictureHeight()) / 2;
            canvas.image(whole(), MARGIN, y);
            if (!field.isEmpty()) {
                drawField(canvas, y, top() + (panels - zoomHeight()) / 2);
            }
            baseline = top() + panels + MARGIN / 2 + Lettering.LABEL.font().getSize();
            canvas.text(overlay.describe(), MARGIN, baseline, Anchor.LEFT, Lettering.LABEL, Colour.INK);
            canvas.text(
                    "Colour: in how many ways a pixel reaches the element, one through each chain of window places; linear.",
                    MARGIN,
                    baseline + Lettering.SMALL.lineHeight() + 2,
                    Anchor.LEFT,
                    Lettering.SMALL,
                    Colour.FAINT);
            return canvas.image();
        }
    }

    private void drawField(Canvas canvas, int pictureY, int zoomY) {
        int zoomX = MARGIN + pictureWidth() + GAP;
        var inside = new Rectangle2D.Double(
                MARGIN + field.x * scale, pictureY + field.y * scale, field.width * scale, field.height * scale);
        Rectangle2D shown =
                inside.createIntersection(new Rectangle2D.Double(MARGIN, pictureY, pictureWidth(), pictureHeight()));
        canvas.line(shown.getMaxX(), shown.getY(), zoomX, zoomY, Colour.WINDOW_LINE, 1);
        canvas.line(shown.getMaxX(), shown.getMaxY(), zoomX, zoomY + zoomHeight(), Colour.WINDOW_LINE, 1);
        canvas.outline(shown, Colour.WINDOW_LINE, OUTLINE);
        canvas.image(zoomed(), zoomX, zoomY);
        canvas.outline(new Rectangle2D.Double(zoomX, zoomY, zoomWidth(), zoomHeight()), Colour.WINDOW_LINE, OUTLINE);
        int barX = zoomX + zoomWidth() + 10;
        canvas.image(overPaper(ColourRamp.HEAT.bar(BAR_WIDTH, zoomHeight())), barX, zoomY);
        double capHeight = Lettering.SMALL.capHeight();
        String most = NumberText.of(overlay.mostPaths());
        int textX = barX + BAR_WIDTH + 6;
        canvas.text(most, textX, zoomY + capHeight, Anchor.LEFT, Lettering.SMALL, Colour.FAINT);
        canvas.text("0", textX, zoomY + zoomHeight(), Anchor.LEFT, Lettering.SMALL, Colour.FAINT);
    }

    /** The bar as the colours look over a middle grey. */
    private static BufferedImage overPaper(BufferedImage bar) {
        for (int y = 0; y < bar.getHeight(); y++) {
            for (int x = 0; x < bar.getWidth(); x++) {
                bar.setRGB(x, y, mixed(0x808080, bar.getRGB(x, y), UNDER_COUNTS));
            }
        }
        return bar;
    }

    private BufferedImage whole() {
        Color paper = Colour.PANEL.in(theme);
        Picture small =
                pictureWidth() < picture.width() ? Shrinking.shrink(picture, pictureWidth(), pictureHeight()) : picture;
        var image = new BufferedImage(pictureWidth(), pictureHeight(), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int rgb = rgb(small, y * small.height() / image.getHeight(), x * small.width() / image.getWidth());
                boolean seen = field.contains((int) (x / scale), (int) (y / scale));
                image.setRGB(x, y, seen ? rgb : mixed(rgb, paper.getRGB(), OUTSIDE));
            }
        }
        return image;
    }

    private BufferedImage zoomed() {
        int padding = Colour.ZERO.in(theme).getRGB();
        var image = new BufferedImage(zoomWidth(), zoomHeight(), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int row = field.y + (int) (y / zoom);
                int column = field.x + (int) (x / zoom);
                boolean pixel = row >= 0 && row < picture.height() && column >= 0 && column < picture.width();
                image.setRGB(x, y, pixel ? counted(row, column) : padding);
            }
        }
        return image;
    }

    private int counted(int row, int column) {
        int rgb = rgb(picture, row, column);
        int grey = (77 * ((rgb >> 16) & 0xff) + 150 * ((rgb >> 8) & 0xff) + 29 * (rgb & 0xff)) >> 8; // BT.601, of 256
        double share = overlay.paths(row, column) / (double) overlay.mostPaths();
        return mixed(grey << 16 | grey << 8 | grey, ColourRamp.HEAT.rgb(share), UNDER_COUNTS);
    }

    private static int rgb(Picture picture, int row, int column) {
        int rgb = 0;
        for (int channel = 0; channel < 3; channel++) {
            float value = picture.at(Math.min(channel, picture.channels() - 1), row, column);
            rgb = (rgb << 8) | Math.max(0, Math.min(Picture.WHITE, Math.round(value)));
        }
        return rgb;
    }

    /** Returns so much of the one colour and the rest of the other. */
    private static int mixed(int one, int other, double share) {
        int rgb = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            double value = ((one >> shift) & 0xff) * share + ((other >> shift) & 0xff) * (1 - share);
            rgb = (rgb << 8) | (int) Math.round(value);
        }
        return rgb;
    }
}
