package io.github.faltung.convolution;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * One layer of a {@link SequentialDescriptor chain}, without its weights: what it does to shapes, what it costs, and how an engine
 * prepares it. A kind of layer joins chains by one small implementation of this. Immutable.
 */
public interface Link {
    /** Returns a convolution without bias. */
    static Link of(ConvolutionDescriptor layer) {
        return new ConvolutionLink(layer, false);
    }

    /** Returns a convolution with bias. */
    static Link withBias(ConvolutionDescriptor layer) {
        return new ConvolutionLink(layer, true);
    }

    /** Returns a pooling. */
    static Link of(PoolingDescriptor layer) {
        return new PoolingLink(layer);
    }

    /** Returns a short name for tables, such as {@code conv 3x3 s2}. */
    String name();

    /**
     * Returns the output's dims.
     *
     * @throws IllegalArgumentException if the layer can't be applied to such a source
     */
    Dims dstDims(Dims src);

    /** Returns the type of what it reads. */
    DataType srcType();

    /** Returns the type of what it writes. */
    DataType dstType();

    /** Returns the numbers of the spatial axes, for the receptive field. */
    List<AxisGeometry> axes(Dims src);

    /** Returns whether windows lie over the output instead of the source. */
    boolean transposed();

    /** Returns whether the layer adds what the destination held, as a {@link PostOp.Sum} does. */
    boolean readsDestination();

    /** Returns the dims of the tensors that it is prepared with, in their order; none for a layer that learns nothing. */
    List<Dims> parameterDims();

    /** Returns the number of multiply-adds, those with padding included. */
    double multiplyAdds(Dims src);

    /**
     * Prepares the layer.
     *
     * @param parameters of {@link #parameterDims}, read and copied
     */
    Prepared prepare(Engine engine, List<Tensor> parameters);

    /**
     * A prepared layer, as a chain runs it.
     *
     * @param layer what the chain closes
     * @param forward from source to destination
     * @param implementation the name of the code that runs
     */
    record Prepared(Layer layer, BiConsumer<Tensor, Tensor> forward, Implementation implementation) {}

    /** Tells what code runs. */
    @FunctionalInterface
    interface Implementation {
        /** Returns its name, for a source of such dims, as source and destination lie. */
        String name(Dims src, Layout from, Layout to);
    }
}
