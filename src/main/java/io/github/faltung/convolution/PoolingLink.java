package io.github.faltung.convolution;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A pooling in a chain. It learns nothing, and compares and adds without multiplying.
 *
 * @param layer what is computed
 */
public record PoolingLink(PoolingDescriptor layer) implements Link, Serializable {
    /** Checks the layer's type. */
    public PoolingLink {
        if (layer.dataType() != DataType.F32) {
            throw Rule.broken("dataType", "must be f32 for a layer of a chain", layer.dataType(), layer);
        }
    }

    @Override
    public String name() {
        String window = layer.kernel().stream()
                .map(extent -> extent == PoolingDescriptor.WHOLE ? "all" : extent.toString())
                .collect(Collectors.joining("x"));
        return layer.kind()
                + " "
                + window
                + ConvolutionLink.perAxis(" s", layer.strides())
                + ConvolutionLink.perAxis(" dilation ", layer.dilation());
    }

    @Override
    public Dims dstDims(Dims src) {
        return new PoolingProblem(layer, src).dstDims();
    }

    @Override
    public DataType srcType() {
        return layer.dataType();
    }

    @Override
    public DataType dstType() {
        return layer.dataType();
    }

    @Override
    public List<AxisGeometry> axes(Dims src) {
        return new PoolingProblem(layer, src)
                .axes().stream()
                        .map(axis -> new AxisGeometry(
                                axis.src(),
                                axis.dst(),
                                axis.kernel(),
                                axis.stride(),
                                axis.dilation(),
                                axis.extent(),
                                axis.paddingL(),
                                axis.reach()))
                        .toList();
    }

    @Override
    public boolean transposed() {
        return false;
    }

    @Override
    public boolean readsDestination() {
        return false;
    }

    @Override
    public List<Dims> parameterDims() {
        return List.of();
    }

    @Override
    public double multiplyAdds(Dims src) {
        return 0;
    }

    @Override
    public Prepared prepare(Engine engine, List<Tensor> parameters) {
        Pooling prepared = engine.pooling(layer);
        try {
            return new Prepared(
                    prepared,
                    prepared::forward,
                    (src, from, to) -> prepared.explain(src, from).implementation());
        } catch (Throwable e) {
            prepared.close();
            throw e;
        }
    }
}
