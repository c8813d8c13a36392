package io.github.faltung.checking;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.tensor.Tensor;
import java.util.Arrays;

/**
 * A layer as the matrix that it is: {@code vec(y) = C · vec(x)}, with vec() the elements of one image, channels first. Sparse, in
 * compressed rows. Images of a minibatch don't mix, so all have the same C. Bias and post-ops come after it and are not in it.
 *
 * <p>The matrix of a one-channel layer is doubly blocked Toeplitz: blocks that repeat along diagonals, each repeating along its own
 * (Goodfellow, Bengio and Courville, <em>Deep Learning</em>, 2016, §9.1). {@link #toString} draws small ones. Cᵀ is the matrix of the
 * transposed layer with the same weights (Dumoulin and Visin, <em>A guide to convolution arithmetic for deep learning</em>, 2016, §4.1).
 *
 * <p>Immutable.
 */
public final class ConvolutionMatrix {
    /** Larger ones are no view of anything, and take more than a gigabyte. */
    static final int MOST_ENTRIES = 1 << 24;

    private final int columns;
    private final int[] rowStarts;
    private final int[] columnOf;
    private final float[] values;
    /** The extents of the last axis, at which a drawing is divided into blocks. */
    private final int blockRows;

    private final int blockColumns;

    ConvolutionMatrix(int columns, int[] rowStarts, int[] columnOf, float[] values, int blockRows, int blockColumns) {
        this.columns = columns;
        this.rowStarts = rowStarts;
        this.columnOf = columnOf;
        this.values = values;
        this.blockRows = blockRows;
        this.blockColumns = blockColumns;
    }

    /**
     * Builds the matrix of a problem of any kind, for one of its images.
     *
     * @param weights {@code [OC, IC/G, k…]}, transposed {@code [IC, OC/G, k…]}, any layout, f32, read
     * @throws IllegalArgumentException if the weights' dims are not the layer's, or the matrix would have more than 2²⁴ rows, columns
     *     or, with those for padding, entries
     */
    public static ConvolutionMatrix of(ConvolutionProblem problem, Tensor weights) {
        ConvolutionDescriptor layer = problem.descriptor();
        if (!weights.dims().equals(layer.weightsDims())) {
            throw new IllegalArgumentException(
                    "weights must have dims " + layer.weightsDims() + ", but was " + weights.dims() + ": " + problem);
        }
        requireSmall("rows", (double) problem.dstDims().elements() / problem.minibatch(), problem);
        requireSmall("columns", (double) problem.srcDims().elements() / problem.minibatch(), problem);
        requireSmall("entries", problem.multiplyAdds() / problem.minibatch(), problem);
        return new MatrixRows(problem, weights.toFloatArray()).build();
    }

    private static void requireSmall(String what, double count, ConvolutionProblem problem) {
        if (count > MOST_ENTRIES) {
            throw new IllegalArgumentException(String.format(
                    "matrix must have at most %d %s, but would have %.0f: %s", MOST_ENTRIES, what, count, problem));
        }
    }

    /**
     * Multiplies: what the layer computes, before bias and post-ops.
     *
     * @param x the source's elements, channels first; of one image or of several, one after the other
     * @return the output's elements, of as many images, channels first, summed in double precision
     * @throws IllegalArgumentException if x is not a whole number of images
     */
    public double[] times(float[] x) {
        if (x.length % columns != 0) {
            throw new IllegalArgumentException(
                    "x must have a multiple of " + columns + " elements, one for each column, but had " + x.length);
        }
        int rows = rows();
        var y = new double[Math.multiplyExact(x.length / columns, rows)];
        for (int i = 0; i < y.length; i++) {
            int image = i / rows;
            for (int entry = rowStarts[i % rows]; entry < rowStarts[i % rows + 1]; entry++) {
                y[i] += (double) values[entry] * x[image * columns + columnOf[entry]];
            }
        }
        return y;
    }

    /** Returns Cᵀ: the matrix of the transposed layer, and of the gradient with respect to the source. */
    public ConvolutionMatrix transpose() {
        var starts = new int[columns + 1];
        for (int column : columnOf) {
            starts[column + 1]++;
        }
        for (int column = 0; column < columns; column++) {
            starts[column + 1] += starts[column];
        }
        int[] next = starts.clone();
        var rowOf = new int[values.length];
        var moved = new float[values.length];
        for (int row = 0; row < rows(); row++) {
            for (int entry = rowStarts[row]; entry < rowStarts[row + 1]; entry++) {
                int to = next[columnOf[entry]]++;
                rowOf[to] = row;
                moved[to] = values[entry];
            }
        }
        return new ConvolutionMatrix(rows(), starts, rowOf, moved, blockColumns, blockRows);
    }

    /** Returns the number of outputs of one image. */
    public int rows() {
        return rowStarts.length - 1;
    }

    /** Returns the number of source elements of one image. */
    public int columns() {
        return columns;
    }

    /** Returns how many pairs of an output and a source element have a weight between them, be it 0. */
    public int entries() {
        return values.length;
    }

    /** Returns whether a weight stands there, be it 0. */
    public boolean hasEntry(int row, int column) {
        return find(row, column) >= 0;
    }

    /** Returns an element; 0 where no weight stands. */
    public float get(int row, int column) {
        int entry = find(row, column);
        return entry >= 0 ? values[entry] : 0;
    }

    private int find(int row, int column) {
        if (row < 0 || row >= rows() || column < 0 || column >= columns) {
            throw new IndexOutOfBoundsException(
                    "row " + row + ", column " + column + " is not within " + rows() + " x " + columns);
        }
        return Arrays.binarySearch(columnOf, rowStarts[row], rowStarts[row + 1], column);
    }

    int blockRows() {
        return blockRows;
    }

    int blockColumns() {
        return blockColumns;
    }

    /** Returns whether the other has the same extents and the same entries at the same places. */
    @Override
    public boolean equals(Object other) {
        return other instanceof ConvolutionMatrix matrix
                && columns == matrix.columns
                && Arrays.equals(rowStarts, matrix.rowStarts)
                && Arrays.equals(columnOf, matrix.columnOf)
                && Arrays.equals(values, matrix.values);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(columnOf) + Arrays.hashCode(values);
    }

    /**
     * Returns extents and number of entries and, up to 64 rows and columns, the drawing: a dot where no weight stands, lines between
     * the blocks.
     */
    @Override
    public String toString() {
        return MatrixText.of(this);
    }
}
