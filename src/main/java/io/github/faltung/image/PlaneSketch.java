package io.github.faltung.image;

import io.github.faltung.convolution.AxisGeometry;
import io.github.faltung.image.Canvas.Anchor;
import io.github.faltung.image.DrawnConvolution.Step;
import java.util.List;

/** Two axes: the source, the weights and the output from left to right, their channels one below the other. */
final class PlaneSketch implements Sketch {
    /** Between parts, in pixels; a sign stands there. */
    private static final int GAP = 52;

    private static final int BETWEEN_CHANNELS = 14;
    private static final int SIGN = 7;
    private static final double STROKE = 2;

    private final Cells cells;
    private final Part source;
    private final Part weights;
    private final Part output;

    /** A column of grids with a heading of two lines. */
    private record Part(String name, String detail, int channels, int rows, int columns) {
        int gridWidth() {
            return columns * Cells.SIDE;
        }

        int width() {
            return Math.max(gridWidth(), Math.max(Lettering.STRONG.width(name), Lettering.SMALL.width(detail)));
        }

        int height() {
            return channels * rows * Cells.SIDE + (channels - 1) * BETWEEN_CHANNELS;
        }

        /** Returns the top of a channel's grid, below that of all. */
        int top(int channel) {
            return channel * (rows * Cells.SIDE + BETWEEN_CHANNELS);
        }
    }

    PlaneSketch(DrawnConvolution convolution) {
        this.cells = new Cells(convolution);
        AxisGeometry rows = convolution.rows().axis();
        AxisGeometry columns = convolution.columns().axis();
        int inputs = convolution.layer().inputChannels();
        int outputs = convolution.layer().outputChannels();
        source = new Part(
                named("source", inputs, rows.src(), columns.src()),
                SourceText.of(List.of(convolution.rows(), convolution.columns())),
                inputs,
                (int) convolution.rows().cells(),
                (int) convolution.columns().cells());
        weights = new Part(
                named("weights", convolution.inputsPerGroup(), rows.kernel(), columns.kernel()),
                convolution.columns().turned() ? "turned by 180°" : "",
                convolution.inputsPerGroup(),
                rows.kernel(),
                columns.kernel());
        output = new Part(named("output", outputs, rows.dst(), columns.dst()), "", outputs, (int) rows.dst(), (int)
                columns.dst());
    }

    private static String named(String name, int channels, long height, long width) {
        return name + " " + (channels == 1 ? "" : channels + "×") + height + "×" + width;
    }

    @Override
    public int width() {
        return source.width() + GAP + weights.width() + GAP + output.width();
    }

    private int grids() {
        return Math.max(source.height(), Math.max(weights.height(), output.height()));
    }

    private static int headings() {
        return Lettering.STRONG.lineHeight() + Lettering.SMALL.lineHeight() + 4;
    }

    @Override
    public int height() {
        return headings() + grids();
    }

    @Override
    public void draw(Canvas canvas, int x, int y, Step step) {
        int middle = y + headings() + grids() / 2;
        int weightsX = x + source.width() + GAP;
        int outputX = weightsX + weights.width() + GAP;
        draw(canvas, source, x, y, (left, top, channel) -> cells.source(canvas, left, top, channel, step));
        draw(
                canvas,
                weights,
                weightsX,
                y,
                (left, top, input) -> cells.weights(canvas, left, top, step.channel(), input, 1));
        draw(canvas, output, outputX, y, (left, top, channel) -> cells.output(canvas, left, top, channel, step));
        times(canvas, weightsX - GAP / 2.0, middle);
        for (int sign = -1; sign <= 1; sign += 2) {
            double line = middle + sign * SIGN / 2.0;
            double centre = outputX - GAP / 2.0;
            canvas.line(centre - SIGN, line, centre + SIGN, line, Colour.FAINT, STROKE);
        }
    }

    /** The sign of convolution, an asterisk. */
    private static void times(Canvas canvas, double x, double y) {
        for (int i = 0; i < 3; i++) {
            double angle = Math.PI / 2 + i * Math.PI / 3;
            double dx = SIGN * Math.cos(angle);
            double dy = SIGN * Math.sin(angle);
            canvas.line(x - dx, y - dy, x + dx, y + dy, Colour.FAINT, STROKE);
        }
    }

    @FunctionalInterface
    private interface Grid {
        void draw(int x, int y, int channel);
    }

    private void draw(Canvas canvas, Part part, int x, int y, Grid grid) {
        double centre = x + part.width() / 2.0;
        int top = y + headings() + (grids() - part.height()) / 2;
        int baseline = top - headings() + Lettering.STRONG.font().getSize();
        canvas.text(part.name(), centre, baseline, Anchor.CENTRE, Lettering.STRONG, Colour.INK);
        int below = baseline + Lettering.SMALL.lineHeight() + 2;
        canvas.text(part.detail(), centre, below, Anchor.CENTRE, Lettering.SMALL, Colour.FAINT);
        for (int channel = 0; channel < part.channels(); channel++) {
            grid.draw(x + (part.width() - part.gridWidth()) / 2, top + part.top(channel), channel);
        }
    }
}
