package io.github.faltung.image;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.image.Canvas.Anchor;
import io.github.faltung.image.DrawnConvolution.Step;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/**
 * A small convolution drawn step by step, one image for each output element in channels-first order: the source with its padding dashed, the window
 * that lies over it with each weight as a subscript, the output as far as it is computed, and the sum. A transposed layer is drawn as the
 * convolution over its source with zeros between the elements that it is (Dumoulin and Visin, 2016, §4).
 *
 * <p>Places are those of {@link ConvolutionProblem#axis}, the output is an engine's. Images are drawn when they are asked for, and need no
 * display. Thread-safe.
 */
public final class ConvolutionDrawing {
    /** The most cells that an axis may have, of the source with its zeros or of the output. */
    public static final int MOST_CELLS = 16;

    /** The most output elements, each of which is an image. */
    public static final int MOST_FRAMES = 144;

    /** The most channels of source or output. */
    public static final int MOST_CHANNELS = 3;

    /** The most pixels of a {@link #strip}. */
    public static final long MOST_STRIP_PIXELS = 48_000_000;

    private static final int STRIP_COLUMNS = 3;
    private static final int MARGIN = 20;

    /** So wide a drawing may become for a sum to be in one line. In pixels, as all that follows. */
    private static final int WIDTH_FOR_SUM = 560;

    /** Any seed does; a fixed one makes the drawing of a problem always the same. */
    private static final int SEED = 8;

    private final DrawnConvolution convolution;
    private final Theme theme;
    private final Sketch sketch;
    private final int width;
    private final int sumLines;

    private ConvolutionDrawing(DrawnConvolution convolution, Theme theme) {
        this.convolution = convolution;
        this.theme = theme;
        this.sketch =
                convolution.layer().spatialRank() == 1 ? new RowSketch(convolution) : new PlaneSketch(convolution);
        int text = Math.max(
                Lettering.TITLE.width(LayerTitle.of(convolution.layer())),
                Lettering.SMALL.width(convolution.problem().toString()));
        int lines = 0;
        for (int i = 0; i < convolution.steps(); i++) {
            String sum = name(convolution.step(i)) + ": " + String.join(" ", convolution.sum(convolution.step(i)));
            text = Math.max(text, Math.min(WIDTH_FOR_SUM, Lettering.LABEL.width(sum)));
        }
        this.width = Math.max(sketch.width(), text) + 2 * MARGIN;
        for (int i = 0; i < convolution.steps(); i++) {
            lines = Math.max(lines, sum(convolution.step(i)).size());
        }
        this.sumLines = lines;
    }

    /**
     * Draws a problem with whole numbers from 0 to 3 as its source and from −1 to 2 as its weights, always the same.
     *
     * @throws UnsupportedDrawingException if the problem can't be drawn, see {@link #of(Engine, ConvolutionProblem, Tensor, Tensor, Theme)}
     */
    public static ConvolutionDrawing of(Engine engine, ConvolutionProblem problem, Theme theme) {
        check(problem);
        ConvolutionDescriptor layer = problem.descriptor();
        var random = new Random(SEED);
        try (Tensor src = whole(layer.types().src(), problem.srcDims(), random, 0);
                Tensor weights = whole(layer.types().weights(), layer.weightsDims(), random, -1)) {
            return of(engine, problem, src, weights, theme);
        }
    }

    private static Tensor whole(DataType type, Dims dims, Random random, int least) {
        var values = new float[(int) dims.elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = least + random.nextInt(4);
        }
        Tensor tensor = Tensor.allocate(type, dims, Layout.CHANNELS_FIRST);
        tensor.copyFrom(values, Layout.CHANNELS_FIRST);
        return tensor;
    }

    /**
     * Draws a problem with given numbers.
     *
     * @param engine computes the output, once
     * @param problem of one or two spatial axes, one image, at most {@link #MOST_CHANNELS}, {@link #MOST_CELLS} and {@link #MOST_FRAMES}, and
     *     without a sum, which would add what is not shown
     * @param src of the problem's dims and type, read
     * @param weights of the layer's, read
     * @throws UnsupportedDrawingException if the problem is another, with the field, the rule and the value
     * @throws IllegalArgumentException if a tensor does not fit
     */
    public static ConvolutionDrawing of(
            Engine engine, ConvolutionProblem problem, Tensor src, Tensor weights, Theme theme) {
        check(problem);
        if (!src.dims().equals(problem.srcDims())) {
            throw new IllegalArgumentException(
                    "src must have dims " + problem.srcDims() + ", but was " + src.dims() + ": " + problem);
        }
        try (Convolution layer = engine.convolution(problem.descriptor(), weights);
                Tensor dst = layer.forward(src)) {
            var convolution =
                    new DrawnConvolution(problem, src.toFloatArray(), weights.toFloatArray(), dst.toFloatArray());
            return new ConvolutionDrawing(convolution, theme);
        }
    }

    private static void check(ConvolutionProblem problem) {
        ConvolutionDescriptor layer = problem.descriptor();
        atMost(2, "spatial axes", layer.spatialRank(), problem);
        atMost(1, "minibatch", problem.minibatch(), problem);
        atMost(MOST_CHANNELS, "input channels", layer.inputChannels(), problem);
        atMost(MOST_CHANNELS, "output channels", layer.outputChannels(), problem);
        for (int i = 0; i < layer.spatialRank(); i++) {
            boolean turned = layer.transposed() != layer.flipKernel();
            var axis = new DrawnAxis(problem.axis(i), layer.transposed(), turned);
            atMost(MOST_CELLS, "source with its zeros on spatial axis " + i, axis.cells(), problem);
            atMost(MOST_CELLS, "output on spatial axis " + i, axis.axis().dst(), problem);
        }
        atMost(MOST_FRAMES, "output elements", problem.dstDims().elements(), problem);
        if (layer.readsDestination()) {
            throw new UnsupportedDrawingException("postOps", "must have no sum", layer.postOps(), problem);
        }
    }

    private static void atMost(long most, String field, long value, ConvolutionProblem problem) {
        if (value > most) {
            throw new UnsupportedDrawingException(field, "must be at most " + most, value, problem);
        }
    }

    private List<String> sum(Step step) {
        var lines = new ArrayList<String>();
        var line = new StringBuilder(name(step) + ":");
        for (String phrase : convolution.sum(step)) {
            if (Lettering.LABEL.width(line + " " + phrase) > width - 2 * MARGIN) {
                lines.add(line.toString());
                line = new StringBuilder("   ");
            }
            line.append(' ').append(phrase);
        }
        lines.add(line.toString());
        return lines;
    }

    private String name(Step step) {
        String channel = convolution.layer().outputChannels() == 1 ? "" : step.channel() + ", ";
        boolean row = convolution.layer().spatialRank() == 1;
        return "output (" + channel + (row ? "" : step.row() + ", ") + step.column() + ")";
    }

    /** Returns the number of images: that of output elements. */
    public int frames() {
        return convolution.steps();
    }

    /** Returns an image's width in pixels. */
    public int width() {
        return width;
    }

    /** Returns an image's height in pixels. */
    public int height() {
        return top() + sketch.height() + MARGIN + sumLines * Lettering.LABEL.lineHeight() + MARGIN / 2;
    }

    private static int top() {
        return MARGIN + Lettering.TITLE.lineHeight() + Lettering.SMALL.lineHeight() + MARGIN / 2;
    }

    /**
     * Draws a step.
     *
     * @param index of the output element, from 0, in channels-first order
     * @throws IndexOutOfBoundsException if there is no such element
     */
    public BufferedImage frame(int index) {
        Step step = convolution.step(Objects.checkIndex(index, frames()));
        try (var canvas = new Canvas(width, height(), theme)) {
            int baseline = MARGIN + Lettering.TITLE.font().getSize();
            canvas.text(LayerTitle.of(convolution.layer()), MARGIN, baseline, Anchor.LEFT, Lettering.TITLE, Colour.INK);
            canvas.text(
                    convolution.problem().toString(),
                    MARGIN,
                    baseline + Lettering.SMALL.lineHeight() + 3,
                    Anchor.LEFT,
                    Lettering.SMALL,
                    Colour.FAINT);
            sketch.draw(canvas, (width - sketch.width()) / 2, top(), step);
            int line = top() + sketch.height() + MARGIN + Lettering.LABEL.font().getSize();
            for (String text : sum(step)) {
                canvas.text(text, MARGIN, line, Anchor.LEFT, Lettering.LABEL, Colour.INK);
                line += Lettering.LABEL.lineHeight();
            }
            return canvas.image();
        }
    }

    /**
     * Returns all steps in one image, to be read row by row.
     *
     * @throws UnsupportedDrawingException if that has more than {@link #MOST_STRIP_PIXELS}
     */
    public BufferedImage strip() {
        int across = Math.min(STRIP_COLUMNS, frames());
        int down = (frames() + across - 1) / across;
        long pixels = (long) across * width * down * height();
        atMost(MOST_STRIP_PIXELS, "pixels of all steps", pixels, convolution.problem());
        try (var canvas = new Canvas(across * width, down * height(), theme)) {
            for (int i = 0; i < frames(); i++) {
                canvas.image(frame(i), i % across * width, i / across * height());
            }
            return canvas.image();
        }
    }

    /** Returns what is drawn. */
    DrawnConvolution convolution() {
        return convolution;
    }
}
