package io.github.faltung.image;

import io.github.faltung.convolution.AxisGeometry;
import io.github.faltung.image.Canvas.Anchor;
import io.github.faltung.image.DrawnConvolution.Step;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.List;

/** One axis: the source above, the weights that move along below it, the output at the bottom. */
final class RowSketch implements Sketch {
    /** Between rows, in pixels. */
    private static final int GAP = 26;

    private static final int BETWEEN_CHANNELS = 8;
    private static final int BESIDE_LABELS = 18;

    private final DrawnConvolution convolution;
    private final Cells cells;
    private final List<String> names;
    private final List<String> details;

    RowSketch(DrawnConvolution convolution) {
        this.convolution = convolution;
        this.cells = new Cells(convolution);
        AxisGeometry axis = convolution.columns().axis();
        names = List.of(
                named("source", convolution.layer().inputChannels(), axis.src()),
                named("weights", convolution.inputsPerGroup(), axis.kernel()),
                named("output", convolution.layer().outputChannels(), axis.dst()));
        details = List.of(
                SourceText.of(List.of(convolution.columns())),
                convolution.columns().turned() ? "turned around" : "",
                "");
    }

    private static String named(String name, int channels, long extent) {
        return name + " " + (channels == 1 ? "" : channels + "×") + extent;
    }

    private int labels() {
        int name = names.stream().mapToInt(Lettering.STRONG::width).max().orElse(0);
        int detail = details.stream().mapToInt(Lettering.SMALL::width).max().orElse(0);
        return Math.max(name, detail) + BESIDE_LABELS;
    }

    private int cellsAcross() {
        return (int) Math.max(
                convolution.columns().cells(), convolution.columns().axis().dst());
    }

    private static int stack(int channels) {
        return channels * Cells.SIDE + (channels - 1) * BETWEEN_CHANNELS;
    }

    @Override
    public int width() {
        return labels() + cellsAcross() * Cells.SIDE;
    }

    @Override
    public int height() {
        return stack(convolution.layer().inputChannels())
                + GAP
                + stack(convolution.inputsPerGroup())
                + 2 * GAP
                + stack(convolution.layer().outputChannels());
    }

    @Override
    public void draw(Canvas canvas, int x, int y, Step step) {
        double left = x + labels();
        double srcX = left + (cellsAcross() - convolution.columns().cells()) * Cells.SIDE / 2.0;
        double dstX = outputLeft(left, srcX);
        int weightsY = y + stack(convolution.layer().inputChannels()) + GAP;
        int outputY = weightsY + stack(convolution.inputsPerGroup()) + 2 * GAP;
        for (int input = 0; input < convolution.layer().inputChannels(); input++) {
            cells.source(canvas, srcX, y + stack(input + 1) - Cells.SIDE, input, step);
        }
        Rectangle2D hull = cells.hull(srcX, weightsY, step);
        int dilation = convolution.columns().axis().dilation();
        Rectangle2D now = Cells.cell(dstX, outputY + stack(step.channel() + 1) - Cells.SIDE, 0, step.column());
        cone(canvas, hull, weightsY + stack(convolution.inputsPerGroup()), now, outputY);
        canvas.line(
                hull.getX(),
                y + stack(convolution.layer().inputChannels()),
                hull.getX(),
                weightsY,
                Colour.WINDOW_LINE,
                1);
        canvas.line(
                hull.getMaxX(),
                y + stack(convolution.layer().inputChannels()),
                hull.getMaxX(),
                weightsY,
                Colour.WINDOW_LINE,
                1);
        for (int input = 0; input < convolution.inputsPerGroup(); input++) {
            int row = weightsY + stack(input + 1) - Cells.SIDE;
            double middle = row + Cells.SIDE / 2.0;
            canvas.line(hull.getX(), middle, hull.getMaxX(), middle, Colour.WINDOW_LINE, 1);
            cells.weights(canvas, hull.getX(), row, step.channel(), input, dilation);
        }
        for (int channel = 0; channel < convolution.layer().outputChannels(); channel++) {
            cells.output(canvas, dstX, outputY + stack(channel + 1) - Cells.SIDE, channel, step);
        }
        label(canvas, 0, x, y + stack(convolution.layer().inputChannels()) / 2.0);
        label(canvas, 1, x, weightsY + stack(convolution.inputsPerGroup()) / 2.0);
        label(canvas, 2, x, outputY + stack(convolution.layer().outputChannels()) / 2.0);
    }

    /** An output as long as the source stands below it, element below element: so one sees what is past and what is to come. */
    private double outputLeft(double left, double srcX) {
        DrawnAxis axis = convolution.columns();
        boolean aligned = axis.axis().dst() == axis.axis().src() && axis.inserted() == 0;
        return aligned
                ? srcX + axis.before() * Cells.SIDE
                : left + (cellsAcross() - axis.axis().dst()) * Cells.SIDE / 2.0;
    }

    /** What the window's products are summed into. */
    private static void cone(Canvas canvas, Rectangle2D hull, double top, Rectangle2D output, double bottom) {
        var path = new Path2D.Double();
        path.moveTo(hull.getX(), top);
        path.lineTo(hull.getMaxX(), top);
        path.lineTo(output.getMaxX(), bottom);
        path.lineTo(output.getX(), bottom);
        path.closePath();
        canvas.fill(path, Colour.WEIGHT);
    }

    private void label(Canvas canvas, int part, int x, double middle) {
        boolean plain = details.get(part).isEmpty();
        double baseline = middle + Lettering.STRONG.capHeight() / 2 - (plain ? 0 : Lettering.SMALL.lineHeight() / 2.0);
        canvas.text(names.get(part), x, baseline, Anchor.LEFT, Lettering.STRONG, Colour.INK);
        canvas.text(
                details.get(part),
                x,
                baseline + Lettering.SMALL.lineHeight(),
                Anchor.LEFT,
                Lettering.SMALL,
                Colour.FAINT);
    }
}
