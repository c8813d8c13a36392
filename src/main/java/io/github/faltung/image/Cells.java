package io.github.faltung.image;

import io.github.faltung.image.Canvas.Anchor;
import io.github.faltung.image.DrawnConvolution.Step;
import java.awt.Shape;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;

/** Draws the cells of a convolution: its source with zeros, its weights, its output. Numbers are left out of cells that are too small for them. */
final class Cells {
    /** Length of a cell's side. In pixels, as all that follows; a multiple of a dash and its gap. */
    static final int SIDE = 36;

    private static final double HULL = 2.5;
    private static final int INSET = 3;

    private final DrawnConvolution convolution;
    private final boolean sourcesFit;
    private final boolean weightsFit;
    private final boolean subscriptsFit;
    private final boolean outputsFit;

    Cells(DrawnConvolution convolution) {
        this.convolution = convolution;
        sourcesFit = fit(convolution.sources(), Lettering.LABEL, SIDE - 2 * INSET);
        weightsFit = fit(convolution.weights(), Lettering.LABEL, SIDE - 2 * INSET);
        subscriptsFit = sourcesFit && fit(convolution.weights(), Lettering.TINY, SIDE / 2);
        outputsFit = fit(convolution.outputs(), Lettering.LABEL, SIDE - 2 * INSET);
    }

    private static boolean fit(float[] values, Lettering lettering, int width) {
        for (float value : values) {
            if (lettering.width(NumberText.of(value)) > width) {
                return false;
            }
        }
        return true;
    }

    static Rectangle2D cell(double x, double y, int row, int column) {
        return new Rectangle2D.Double(x + column * SIDE, y + row * SIDE, SIDE, SIDE);
    }

    /** Draws a channel of the source; zeros are pale and dashed, and what the step's window reads stands out, with its weight as a subscript. */
    void source(Canvas canvas, double x, double y, int channel, Step step) {
        int height = (int) convolution.rows().cells();
        int width = (int) convolution.columns().cells();
        for (int row = 0; row < height; row++) {
            for (int column = 0; column < width; column++) {
                boolean element = convolution.isSource(row, column);
                canvas.fill(cell(x, y, row, column), element ? Colour.SOURCE : Colour.ZERO);
            }
        }
        dashedLines(canvas, x, y, height, width);
        int input = channel - convolution.firstInput(step.channel());
        boolean seen = input >= 0 && input < convolution.inputsPerGroup();
        if (seen) {
            eachTap((tapRow, tapColumn) -> canvas.fill(read(x, y, step, tapRow, tapColumn), Colour.WINDOW));
        }
        for (int row = 0; row < height; row++) {
            for (int column = 0; column < width; column++) {
                boolean element = convolution.isSource(row, column);
                Rectangle2D cell = cell(x, y, row, column);
                if (element) {
                    canvas.outline(cell, Colour.LINE, 1);
                }
                if (sourcesFit) {
                    number(canvas, cell, convolution.source(channel, row, column), element ? Colour.INK : Colour.FAINT);
                }
            }
        }
        if (seen) {
            eachTap((tapRow, tapColumn) -> {
                Rectangle2D cell = read(x, y, step, tapRow, tapColumn);
                canvas.outline(cell, Colour.WINDOW_LINE, 1);
                subscript(canvas, cell, convolution.weight(step.channel(), input, tapRow, tapColumn));
            });
            canvas.outline(hull(x, y, step), Colour.WINDOW_LINE, HULL);
        }
    }

    private static void dashedLines(Canvas canvas, double x, double y, int height, int width) {
        for (int row = 0; row <= height; row++) {
            canvas.dashed(line(x, y + row * SIDE, x + width * SIDE, y + row * SIDE), Colour.LINE);
        }
        for (int column = 0; column <= width; column++) {
            canvas.dashed(line(x + column * SIDE, y, x + column * SIDE, y + height * SIDE), Colour.LINE);
        }
    }

    private static Shape line(double x1, double y1, double x2, double y2) {
        return new Line2D.Double(x1, y1, x2, y2);
    }

    private Rectangle2D read(double x, double y, Step step, int tapRow, int tapColumn) {
        return cell(
                x,
                y,
                convolution.rows().cell(step.row(), tapRow),
                convolution.columns().cell(step.column(), tapColumn));
    }

    /** Returns what a step's window reaches over, in the source that stands at a place. */
    Rectangle2D hull(double x, double y, Step step) {
        Rectangle2D first = read(x, y, step, 0, 0);
        return first.createUnion(read(
                x,
                y,
                step,
                convolution.rows().axis().kernel() - 1,
                convolution.columns().axis().kernel() - 1));
    }

    /** Something done with each weight of a window. */
    @FunctionalInterface
    interface Tap {
        void at(int row, int column);
    }

    private void eachTap(Tap tap) {
        for (int row = 0; row < convolution.rows().axis().kernel(); row++) {
            for (int column = 0; column < convolution.columns().axis().kernel(); column++) {
                tap.at(row, column);
            }
        }
    }

    /**
     * Draws a window of weights, as it lies over the source.
     *
     * @param dilation how many cells a weight is from the next along the columns
     */
    void weights(Canvas canvas, double x, double y, int outputChannel, int input, int dilation) {
        eachTap((row, column) -> {
            Rectangle2D cell = cell(x, y, row, column * dilation);
            canvas.fill(cell, Colour.WEIGHT);
            canvas.outline(cell, Colour.WINDOW_LINE, 1);
            if (weightsFit) {
                number(canvas, cell, convolution.weight(outputChannel, input, row, column), Colour.INK);
            }
        });
    }

    /** Draws a channel of the output as far as it is computed. */
    void output(Canvas canvas, double x, double y, int channel, Step now) {
        for (int row = 0; row < convolution.rows().axis().dst(); row++) {
            for (int column = 0; column < convolution.columns().axis().dst(); column++) {
                var step = new Step(channel, row, column);
                Rectangle2D cell = cell(x, y, row, column);
                boolean done = convolution.isDone(step, now);
                canvas.fill(cell, step.equals(now) ? Colour.OUTPUT_NOW : done ? Colour.OUTPUT : Colour.PANEL);
                canvas.outline(cell, Colour.LINE, 1);
                if (done && outputsFit) {
                    number(canvas, cell, convolution.output(step), Colour.INK);
                }
            }
        }
        if (now.channel() == channel) {
            canvas.outline(cell(x, y, now.row(), now.column()), Colour.OUTPUT_LINE, HULL);
        }
    }

    private static void number(Canvas canvas, Rectangle2D cell, double value, Colour colour) {
        double baseline = cell.getCenterY() + Lettering.LABEL.capHeight() / 2;
        canvas.text(NumberText.of(value), cell.getCenterX(), baseline, Anchor.CENTRE, Lettering.LABEL, colour);
    }

    private void subscript(Canvas canvas, Rectangle2D cell, float weight) {
        if (subscriptsFit) {
            String text = NumberText.of(weight);
            canvas.text(
                    text,
                    cell.getMaxX() - INSET,
                    cell.getMaxY() - INSET,
                    Anchor.RIGHT,
                    Lettering.TINY,
                    Colour.WINDOW_LINE);
        }
    }
}
