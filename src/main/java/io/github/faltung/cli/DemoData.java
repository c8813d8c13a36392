package io.github.faltung.cli;

import io.github.faltung.checking.Fill;
import io.github.faltung.checking.RealFill;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.LayerTypes;
import io.github.faltung.image.Picture;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** The tensors of a row. */
final class DemoData implements AutoCloseable {
    /** Any seed does; a fixed one makes two runs comparable. */
    private static final int SEED = 20;

    final Tensor weights;
    final @Nullable Tensor bias;
    final Tensor src;
    final Tensor dst;

    DemoData(DemoRow row, ConvolutionProblem problem, Picture photo) {
        Fill random = RealFill.of(problem, SEED);
        Layout layout = row.layout();
        float[] values = row.source().values(photo, row.layer().inputChannels());
        LayerTypes types = row.layer().types();
        // Pixels from 0 to 255, and weights as large as 8 bits let them be.
        float pixel = types.isInteger() ? Picture.WHITE : 1;
        float weight = types.isInteger() ? Byte.MAX_VALUE / RealFill.largestWeight(problem) : 1;
        weights = tensor(
                types.weights(),
                row.layer().weightsDims(),
                Layout.CHANNELS_FIRST,
                i -> row.kernel().weight(i, random) * weight);
        bias = row.hasBias() ? tensor(DataType.F32, row.layer().biasDims(), Layout.CHANNELS_FIRST, random::bias) : null;
        src = tensor(types.src(), problem.srcDims(), layout, i -> values[i] * pixel);
        dst = tensor(types.dst(), problem.dstDims(), layout, random::dst);
    }

    @FunctionalInterface
    private interface Element {
        float at(int position);
    }

    private static Tensor tensor(DataType type, Dims dims, Layout layout, Element element) {
        var values = new float[(int) dims.elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = element.at(i);
        }
        Tensor tensor = Tensor.allocate(type, dims, layout);
        tensor.copyFrom(values, Layout.CHANNELS_FIRST);
        return tensor;
    }

    @Override
    public void close() {
        weights.close();
        src.close();
        dst.close();
        if (bias != null) {
            bias.close();
        }
    }
}
