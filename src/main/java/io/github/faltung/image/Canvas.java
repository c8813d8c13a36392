package io.github.faltung.image;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;

/** An image of a theme that is being drawn, in pixels from the top left. Needs no display. For one thread; whoever made it closes it. */
final class Canvas implements AutoCloseable {
    /** Where a text's given place is in it. */
    enum Anchor {
        LEFT,
        CENTRE,
        RIGHT
    }

    private static final float[] DASHES = {3, 3};

    private final BufferedImage image;
    private final Graphics2D graphics;
    private final Theme theme;

    /**
     * Begins an image in the theme's background.
     *
     * @throws IllegalStateException if the Java runtime finds no font
     */
    Canvas(int width, int height, Theme theme) {
        Lettering.requireFont();
        this.image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        this.graphics = image.createGraphics();
        this.theme = theme;
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_NORMALIZE);
        fill(new Rectangle2D.Double(0, 0, width, height), Colour.PANEL);
    }

    void fill(Shape shape, Colour colour) {
        graphics.setColor(colour.in(theme));
        graphics.fill(shape);
    }

    void outline(Shape shape, Colour colour, double thickness) {
        outline(shape, colour.in(theme), thickness);
    }

    void outline(Shape shape, Color colour, double thickness) {
        graphics.setColor(colour);
        graphics.setStroke(new BasicStroke((float) thickness, BasicStroke.CAP_ROUND, BasicStroke.JOIN_MITER));
        graphics.draw(shape);
    }

    void dashed(Shape shape, Colour colour) {
        graphics.setColor(colour.in(theme));
        graphics.setStroke(new BasicStroke(1, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 10, DASHES, 0));
        graphics.draw(shape);
    }

    void line(double x1, double y1, double x2, double y2, Colour colour, double thickness) {
        outline(new Line2D.Double(x1, y1, x2, y2), colour, thickness);
    }

    /**
     * Writes a line of text.
     *
     * @param x where its left end, centre or right end is
     * @param baseline what letters without descender stand on
     */
    void text(String text, double x, double baseline, Anchor anchor, Lettering lettering, Colour colour) {
        double left = switch (anchor) {
            case LEFT -> x;
            case CENTRE -> x - lettering.width(text) / 2.0;
            case RIGHT -> x - lettering.width(text);
        };
        graphics.setColor(colour.in(theme));
        graphics.setFont(lettering.font());
        graphics.drawString(text, (float) left, (float) baseline);
    }

    void image(BufferedImage picture, int x, int y) {
        graphics.drawImage(picture, x, y, null);
    }

    Theme theme() {
        return theme;
    }

    BufferedImage image() {
        return image;
    }

    @Override
    public void close() {
        graphics.dispose();
    }
}
