package io.github.faltung.image;

import io.github.faltung.convolution.ConvolutionLink;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.ReceptiveField;
import io.github.faltung.convolution.SequentialDescriptor;
import io.github.faltung.convolution.SequentialTable;
import io.github.faltung.tensor.Dims;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * Which pixels of a picture one output element of a chain sees, and how strongly: in how many ways each reaches it, channels aside. The rest of
 * the picture is pale; beside it stands what is seen, larger, under the counts as colours. Needs no display. Immutable.
 */
public final class ReceptiveFieldOverlay {
    /** The most pixels of the picture. */
    public static final long MOST_PIXELS = 16_000_000;

    private final SequentialDescriptor chain;
    private final Dims src;
    private final Dims dst;
    private final int row;
    private final int column;
    private final Rectangle field;
    private final float[] paths;

    private ReceptiveFieldOverlay(
            SequentialDescriptor chain, Dims src, int row, int column, Rectangle field, float[] paths) {
        this.chain = chain;
        this.src = src;
        this.dst = chain.dstDims(src);
        this.row = row;
        this.column = column;
        this.field = field;
        this.paths = paths;
    }

    /**
     * Finds out what an output element sees.
     *
     * @param engine counts the paths: it must compute gradients
     * @param chain of layers over two axes
     * @param src {@code [1, C, height, width]}
     * @param row of the output element, from 0
     * @param column of it, from 0
     * @throws UnsupportedDrawingException if the chain has other axes, the picture or an output too many pixels, or there are more paths than an
     *     f32 holds
     * @throws IllegalArgumentException if a layer can't be applied to what it is given, or there is no such element
     */
    public static ReceptiveFieldOverlay of(Engine engine, SequentialDescriptor chain, Dims src, int row, int column) {
        if (src.rank() != 4 || src.get(0) != 1) {
            throw new UnsupportedDrawingException("src", "must be [1, C, height, width]", src, chain);
        }
        if (src.get(2) * src.get(3) > MOST_PIXELS) {
            throw new UnsupportedDrawingException("src", "must have at most " + MOST_PIXELS + " pixels", src, chain);
        }
        SequentialTable table = chain.table(src);
        Dims dst = chain.dstDims(src);
        if (row < 0 || row >= dst.get(2) || column < 0 || column >= dst.get(3)) {
            throw new IllegalArgumentException("output element must be within " + dst.get(2) + "×" + dst.get(3)
                    + ", but was row " + row + ", column " + column + ": " + chain);
        }
        List<ReceptiveField> fields = table.rows().get(table.rows().size() - 1).fields();
        float[] paths = PathCounts.of(engine, chain, src, row, column);
        for (float count : paths) {
            if (!Float.isFinite(count)) {
                throw new UnsupportedDrawingException("paths", "must be fewer than 2^128", count, chain);
            }
        }
        return new ReceptiveFieldOverlay(chain, src, row, column, field(fields, row, column), paths);
    }

    /** Finds out what the middle output element sees; see {@link #of}. */
    public static ReceptiveFieldOverlay ofMiddle(Engine engine, SequentialDescriptor chain, Dims src) {
        Dims dst = chain.dstDims(src);
        return of(engine, chain, src, (int) dst.get(2) / 2, (int) dst.get(3) / 2);
    }

    /**
     * Returns the dims of a picture as the source of a chain: with the channels that its first convolution reads.
     *
     * @param height in pixels
     * @param width in pixels
     */
    public static Dims source(SequentialDescriptor chain, int height, int width) {
        int channels = chain.links().stream()
                .filter(ConvolutionLink.class::isInstance)
                .findFirst()
                .map(link -> ((ConvolutionLink) link).layer().inputChannels())
                .orElse(1);
        return Dims.of(1, channels, height, width);
    }

    private static Rectangle field(List<ReceptiveField> fields, int row, int column) {
        ReceptiveField rows = fields.get(0);
        ReceptiveField columns = fields.get(1);
        return new Rectangle(
                Math.toIntExact(columns.first(column)),
                Math.toIntExact(rows.first(row)),
                Math.toIntExact(columns.last(column) - columns.first(column) + 1),
                Math.toIntExact(rows.last(row) - rows.first(row) + 1));
    }

    /** Returns a new rectangle of what the element sees, in pixels of the source; what is outside of the picture is padding. Empty if it sees nothing. */
    public Rectangle field() {
        return new Rectangle(field);
    }

    /** Returns in how many ways a pixel reaches the element. */
    public float paths(int pixelRow, int pixelColumn) {
        return paths[pixelRow * (int) src.get(3) + pixelColumn];
    }

    /** Returns the largest number of ways that a pixel has. */
    float mostPaths() {
        return ValueRange.of(paths).greatest();
    }

    /** Returns what the element sees, in a line. */
    public String describe() {
        String element = "Output element (" + row + ", " + column + ") of " + dst.get(2) + "×" + dst.get(3);
        if (field.isEmpty()) {
            return element + " sees no pixel.";
        }
        Rectangle inside = field.intersection(new Rectangle((int) src.get(3), (int) src.get(2)));
        return element + " sees " + field.height + "×" + field.width + " of " + src.get(2) + "×" + src.get(3)
                + " pixels: rows " + NumberText.of(field.y) + " to " + NumberText.of(field.y + field.height - 1)
                + ", columns "
                + NumberText.of(field.x) + " to " + NumberText.of(field.x + field.width - 1)
                + (inside.equals(field) ? "." : "; what is outside is padding.");
    }

    /** Returns the layers in a line. */
    String layers() {
        return chain.toString();
    }

    /**
     * Draws the field over the picture.
     *
     * @param picture of the source's height and width; shrunk if it is large
     * @throws IllegalArgumentException if it has other extents
     */
    public BufferedImage draw(Picture picture, Theme theme) {
        if (picture.height() != src.get(2) || picture.width() != src.get(3)) {
            throw new IllegalArgumentException("picture must have " + src.get(2) + "×" + src.get(3)
                    + " pixels, but had " + picture.height() + "×" + picture.width());
        }
        return new FieldSketch(this, picture, theme).draw();
    }
}
