package io.github.faltung.checking;

import io.github.faltung.convolution.AxisGeometry;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import java.util.List;

/** Writes the rows of a {@link ConvolutionMatrix} one after the other. For one thread, once. */
final class MatrixRows {
    private final ConvolutionProblem problem;
    private final ConvolutionDescriptor layer;
    private final float[] weights;
    private final List<AxisTaps> axes;
    private final int[] columnOf;
    private final float[] values;
    private int entries;

    MatrixRows(ConvolutionProblem problem, float[] weights) {
        this.problem = problem;
        this.layer = problem.descriptor();
        this.weights = weights;
        this.axes = problem.axes().stream()
                .map(axis -> new AxisTaps(axis, layer.transposed(), layer.flipKernel()))
                .toList();
        long count = (long) layer.outputChannels() * layer.inputChannels() / layer.groups();
        for (AxisTaps axis : axes) {
            count *= axis.pairs();
        }
        this.columnOf = new int[(int) count];
        this.values = new float[(int) count];
    }

    ConvolutionMatrix build() {
        int columns = (int) (problem.srcDims().elements() / problem.minibatch());
        int rows = (int) (problem.dstDims().elements() / problem.minibatch());
        int places = rows / layer.outputChannels();
        int inputs = layer.inputChannels() / layer.groups();
        int outputs = layer.outputChannels() / layer.groups();
        var starts = new int[rows + 1];
        for (int row = 0; row < rows; row++) {
            int oc = row / places;
            int group = oc / outputs;
            for (int i = 0; i < inputs; i++) {
                int pair = layer.transposed() ? (group * inputs + i) * outputs + oc % outputs : oc * inputs + i;
                write(0, indices(row % places), group * inputs + i, pair);
            }
            starts[row + 1] = entries;
        }
        AxisGeometry last = problem.axis(layer.spatialRank() - 1);
        return new ConvolutionMatrix(columns, starts, columnOf, values, (int) last.dst(), (int) last.src());
    }

    private int[] indices(int place) {
        var indices = new int[axes.size()];
        for (int axis = indices.length - 1; axis >= 0; axis--) {
            int extent = (int) problem.axis(axis).dst();
            indices[axis] = place % extent;
            place /= extent;
        }
        return indices;
    }

    /** Writes the entries of an output from an axis on; column and weight are the positions that the axes before have led to. */
    private void write(int axis, int[] output, int column, int weight) {
        if (axis == axes.size()) {
            columnOf[entries] = column;
            values[entries] = weights[weight];
            entries++;
            return;
        }
        int extent = (int) problem.axis(axis).src();
        int kernel = layer.kernel().get(axis);
        int[] positions = axes.get(axis).positions(output[axis]);
        int[] taps = axes.get(axis).taps(output[axis]);
        for (int i = 0; i < taps.length; i++) {
            write(axis + 1, output, column * extent + positions[i], weight * kernel + taps[i]);
        }
    }
}
