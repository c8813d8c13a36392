package io.github.faltung.planning;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Sequential;
import io.github.faltung.convolution.SpatiallySeparable;
import io.github.faltung.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The weights of a 2-D convolution as columns times rows, found by a singular value decomposition: what {@link SpatiallySeparable} runs
 * with.
 *
 * <p>A group's weights are the matrix {@code A[(ic, a), (oc, b)] = w[oc, ic, a, b]}; a sum of r products of a column and a row is a
 * matrix of rank r. Weights that are such a sum, rounded to f32 element by element, are off it by a matrix E with |e| ≤ u·|a|, u = 2⁻²⁴,
 * so by Weyl's inequality (Golub and Van Loan, 4th edition, corollary 8.6.2) their singular values from the r-th on are at most ‖E‖ ≤
 * u·‖A‖ in the Frobenius norm: that, and nothing picked by hand, is where the <em>numerical rank</em> ends. Immutable.
 */
public final class SeparableKernel {
    private static final double FLOAT_ROUNDOFF = 0x1p-24;

    /** Up to here a decomposition takes a second or less. */
    static final int MOST_ROWS = 512;

    private final SpatiallySeparable descriptor;
    private final float[] vertical;
    private final float[] horizontal;

    private SeparableKernel(SpatiallySeparable descriptor, List<SingularValues> groups) {
        this.descriptor = descriptor;
        ConvolutionDescriptor layer = descriptor.standard();
        int rank = descriptor.rank();
        int columnLength =
                layer.inputChannels() / layer.groups() * layer.kernel().get(0);
        int rowLength = layer.kernel().get(1);
        int outputs = layer.outputChannels() / layer.groups();
        vertical = new float[Math.multiplyExact(layer.groups() * rank, columnLength)];
        horizontal = new float[Math.multiplyExact(layer.outputChannels() * rank, rowLength)];
        for (int group = 0; group < layer.groups(); group++) {
            for (int j = 0; j < Math.min(rank, groups.get(group).count()); j++) {
                double[] column = groups.get(group).left(j);
                double[] row = groups.get(group).right(j);
                for (int i = 0; i < columnLength; i++) {
                    vertical[(group * rank + j) * columnLength + i] = (float) column[i];
                }
                for (int i = 0; i < row.length; i++) {
                    int oc = group * outputs + i / rowLength;
                    horizontal[(oc * rank + j) * rowLength + i % rowLength] = (float) row[i];
                }
            }
        }
    }

    /**
     * Separates weights of a low numerical rank, which changes results by no more than rounding the weights does.
     *
     * @param layer 2-D, not transposed
     * @param weights {@code [OC, IC/G, kh, kw]}, any layout, f32, read
     * @throws IllegalArgumentException if the layer can't be separated, the weights have other dims, are not finite or too many, or their
     *     rank r is so high that nothing is saved: with one channel r·(kh + kw) ≥ kh·kw
     */
    public static SeparableKernel find(ConvolutionDescriptor layer, Tensor weights) {
        List<SingularValues> groups = decompose(layer, weights);
        int rank = 1;
        for (SingularValues group : groups) {
            rank = Math.max(rank, numericalRank(group));
        }
        return saving(new SpatiallySeparable(layer, rank), groups);
    }

    /**
     * Replaces weights by the nearest ones of a given rank; see {@link #find} for the rest. How far that changes results is for the caller
     * to judge.
     */
    public static SeparableKernel approximate(ConvolutionDescriptor layer, Tensor weights, int rank) {
        return saving(new SpatiallySeparable(layer, rank), decompose(layer, weights));
    }

    private static SeparableKernel saving(SpatiallySeparable separable, List<SingularValues> groups) {
        if (separable.parameters() >= separable.standardParameters()) {
            throw new IllegalArgumentException("weights must have fewer elements separated than as they are, "
                    + separable.standardParameters() + ", but of rank " + separable.rank() + " they have "
                    + separable.parameters() + ": " + separable.standard());
        }
        return new SeparableKernel(separable, groups);
    }

    private static int numericalRank(SingularValues group) {
        double squares = 0;
        for (int j = 0; j < group.count(); j++) {
            squares += group.value(j) * group.value(j);
        }
        // The element before rounding may be larger by the rounding: |e| ≤ u/(1 − u)·|w|.
        double rounding = FLOAT_ROUNDOFF / (1 - FLOAT_ROUNDOFF) * Math.sqrt(squares);
        int rank = 0;
        while (rank < group.count() && group.value(rank) > rounding) {
            rank++;
        }
        return rank;
    }

    private static List<SingularValues> decompose(ConvolutionDescriptor layer, Tensor weights) {
        var whole = new SpatiallySeparable(layer, 1); // checks the layer
        if (!weights.dims().equals(layer.weightsDims())) {
            throw new IllegalArgumentException(
                    "weights must have dims " + layer.weightsDims() + ", but was " + weights.dims() + ": " + layer);
        }
        int kh = layer.kernel().get(0);
        int kw = layer.kernel().get(1);
        long inputs = layer.inputChannels() / layer.groups();
        long outputs = layer.outputChannels() / layer.groups();
        if (inputs * kh > MOST_ROWS || outputs * kw > MOST_ROWS) {
            throw new IllegalArgumentException("weights must make a matrix of at most " + MOST_ROWS + " x " + MOST_ROWS
                    + " in each group, but was " + inputs * kh + " x " + outputs * kw + ": " + whole.standard());
        }
        float[] w = weights.toFloatArray();
        var groups = new ArrayList<SingularValues>();
        for (int group = 0; group < layer.groups(); group++) {
            var a = new double[(int) inputs * kh][(int) outputs * kw];
            for (int row = 0; row < a.length; row++) {
                for (int column = 0; column < a[row].length; column++) {
                    long pair = (group * outputs + column / kw) * inputs + row / kh;
                    float weight = w[(int) ((pair * kh + row % kh) * kw + column % kw)];
                    if (!Float.isFinite(weight)) {
                        throw new IllegalArgumentException(
                                "weights must be finite, but one was " + weight + ": " + layer);
                    }
                    a[row][column] = weight;
                }
            }
            groups.add(new SingularValues(a));
        }
        return groups;
    }

    /**
     * Prepares the two passes.
     *
     * @param bias {@code [OC]}, copied; {@code null} for none
     * @throws IllegalArgumentException if the bias has other dims, or the layer has a sum
     */
    public Sequential prepare(Engine engine, @Nullable Tensor bias) {
        try (Tensor columns = vertical();
                Tensor rows = horizontal()) {
            List<Tensor> parameters = bias == null ? List.of(columns, rows) : List.of(columns, rows, bias);
            return Sequential.prepare(engine, descriptor.chain(bias != null), parameters);
        }
    }

    /** Returns the two passes without their weights: rank, parameters, multiply-adds. */
    public SpatiallySeparable descriptor() {
        return descriptor;
    }

    /** Returns the columns, {@code [G·rank, IC/G, kh, 1]}, in a new tensor, which the caller closes. */
    public Tensor vertical() {
        return Tensor.of(vertical, descriptor.vertical().weightsDims());
    }

    /** Returns the rows, {@code [OC, rank, 1, kw]}, in a new tensor, which the caller closes. */
    public Tensor horizontal() {
        return Tensor.of(horizontal, descriptor.horizontal().weightsDims());
    }
}
