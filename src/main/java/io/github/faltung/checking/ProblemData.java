package io.github.faltung.checking;

import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** The filled tensors of one run. Whoever makes it closes it, and with it the tensors. */
final class ProblemData implements AutoCloseable {
    /** Up to here a tensor is filled by way of an array, which is many times faster and takes as much memory again. */
    private static final long MOST_BY_ARRAY =
            Math.min(Runtime.getRuntime().maxMemory() / 3 / Float.BYTES, Integer.MAX_VALUE - 8);

    private final Deque<Tensor> made = new ArrayDeque<>();
    private final Tensor src;
    private final Tensor dst;
    private final Tensor weights;
    private final @Nullable Tensor bias;

    /** A value by position. */
    interface Values {
        float at(long position);
    }

    ProblemData(ConvolutionProblem problem, Arrangement arrangement, Fill fill, boolean hasBias) {
        var layer = problem.descriptor();
        try {
            src = filled(arrangement.allocateSrc(layer.types().src(), problem.srcDims()), fill::src);
            weights = filled(
                    Tensor.allocate(layer.types().weights(), layer.weightsDims(), Layout.CHANNELS_FIRST),
                    fill::weights);
            bias = hasBias ? filled(Tensor.allocate(layer.biasDims()), fill::bias) : null;
            Tensor output = arrangement.allocateDst(layer.types().dst(), problem.dstDims());
            made.push(output);
            dst = layer.readsDestination() ? filled(output, fill::dst) : output;
        } catch (Throwable e) {
            close();
            throw e;
        }
    }

    private Tensor filled(Tensor tensor, Values values) {
        made.push(tensor);
        fill(tensor, values);
        return tensor;
    }

    /** Writes all elements of a tensor. */
    static void fill(Tensor tensor, Values values) {
        Dims dims = tensor.dims();
        if (dims.elements() <= MOST_BY_ARRAY) {
            var array = new float[(int) dims.elements()];
            for (int i = 0; i < array.length; i++) {
                array[i] = values.at(i);
            }
            tensor.copyFrom(array, Layout.CHANNELS_FIRST);
            return;
        }
        var indices = new long[dims.rank()];
        for (long position = 0; position < dims.elements(); position++) {
            tensor.set(values.at(position), indices);
            for (int axis = indices.length - 1; axis >= 0 && ++indices[axis] == dims.get(axis); axis--) {
                indices[axis] = 0;
            }
        }
    }

    Tensor src() {
        return src;
    }

    Tensor dst() {
        return dst;
    }

    Tensor weights() {
        return weights;
    }

    @Nullable
    Tensor bias() {
        return bias;
    }

    @Override
    public void close() {
        made.forEach(Tensor::close);
    }
}
