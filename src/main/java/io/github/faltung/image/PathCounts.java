package io.github.faltung.image;

import static io.github.faltung.convolution.ConvolutionDescriptor.conv2d;
import static io.github.faltung.convolution.ConvolutionDescriptor.transposed2d;

import io.github.faltung.convolution.AxisGeometry;
import io.github.faltung.convolution.ConvolutionBuilder;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionGradients;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Link;
import io.github.faltung.convolution.Padding;
import io.github.faltung.convolution.SequentialDescriptor;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * In how many ways a source pixel reaches an output element of a chain, channels aside: the gradient of the element by the source where all
 * weights are 1, which is what an engine computes layer by layer. A layer of any kind counts as the convolution that has its windows.
 */
final class PathCounts {
    /** What a Java array can hold. */
    private static final long MOST_ELEMENTS = Integer.MAX_VALUE - 8;

    private PathCounts() {}

    /**
     * Counts.
     *
     * @param src {@code [1, C, height, width]}
     * @param row of the output element
     * @param column of the output element
     * @return {@code [height, width]}
     * @throws UnsupportedDrawingException if what a layer gives or weighs does not fit an array
     */
    static float[] of(Engine engine, SequentialDescriptor chain, Dims src, int row, int column) {
        List<Dims> values = chain.valueDims(src);
        int layers = chain.links().size();
        var counts = new float[layers + 1][];
        for (int value = 0; value <= layers; value++) {
            counts[value] = new float[length("output of layer " + value, values.get(value), chain)];
        }
        counts[layers][row * (int) values.get(layers).get(3) + column] = 1;
        for (int i = layers - 1; i >= 0; i--) {
            int skip = chain.skips().get(i);
            if (skip != SequentialDescriptor.NONE) {
                add(counts[skip], counts[i + 1]);
            }
            add(counts[i], before(engine, chain.links().get(i), values.get(i), counts[i + 1]));
        }
        return counts[0];
    }

    /** Returns how many elements a channel has. */
    private static int length(String field, Dims dims, Object problem) {
        long elements = dims.get(2) * dims.get(3);
        if (elements > MOST_ELEMENTS) {
            throw new UnsupportedDrawingException(
                    field,
                    "must have at most " + MOST_ELEMENTS + " elements a channel",
                    dims.get(2) + "×" + dims.get(3),
                    problem);
        }
        return (int) elements;
    }

    private static void add(float[] sum, float[] values) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += values[i];
        }
    }

    private static float[] before(Engine engine, Link link, Dims src, float[] counts) {
        List<AxisGeometry> axes = link.axes(src);
        ConvolutionDescriptor layer = windows(axes, link.transposed());
        Dims dst = Dims.of(1, 1, axes.get(0).dst(), axes.get(1).dst());
        try (Tensor weights = Tensor.of(ones(layer), layer.weightsDims());
                Tensor diffDst = Tensor.of(counts, dst);
                Tensor diffSrc = Tensor.allocate(Dims.of(1, 1, src.get(2), src.get(3)));
                ConvolutionGradients gradients = engine.gradients(layer)) {
            gradients.backwardData(weights, diffDst, diffSrc);
            return diffSrc.toFloatArray();
        }
    }

    private static float[] ones(ConvolutionDescriptor layer) {
        var ones = new float[length("kernel", layer.weightsDims(), layer)];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static ConvolutionDescriptor windows(List<AxisGeometry> axes, boolean transposed) {
        AxisGeometry rows = axes.get(0);
        AxisGeometry columns = axes.get(1);
        ConvolutionBuilder layer = transposed ? transposed2d(1, 1) : conv2d(1, 1);
        layer.kernel(rows.kernel(), columns.kernel())
                .stride(rows.stride(), columns.stride())
                .dilation(rows.dilation(), columns.dilation())
                .padding(Padding.explicit(
                        List.of((int) rows.paddingL(), (int) columns.paddingL()),
                        List.of((int) Math.max(0, rows.paddingR()), (int) Math.max(0, columns.paddingR()))));
        if (transposed) {
            layer.outputPadding((int) Math.max(0, -rows.paddingR()), (int) Math.max(0, -columns.paddingR()));
        }
        return layer.build();
    }
}
