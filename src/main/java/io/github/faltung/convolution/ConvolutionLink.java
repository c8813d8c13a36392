package io.github.faltung.convolution;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A convolution in a chain.
 *
 * @param layer what is computed
 * @param hasBias whether a bias follows the weights among the parameters
 */
public record ConvolutionLink(ConvolutionDescriptor layer, boolean hasBias) implements Link, Serializable {
    /** Refuses a missing layer. */
    public ConvolutionLink {
        Objects.requireNonNull(layer, "layer");
    }

    @Override
    public String name() {
        String window = layer.kernel().stream().map(String::valueOf).collect(Collectors.joining("x"));
        boolean depthwise = layer.groups() > 1 && layer.groups() == layer.inputChannels();
        String groups = depthwise ? " depthwise" : layer.groups() > 1 ? " g" + layer.groups() : "";
        return (layer.transposed() ? "deconv " : "conv ")
                + window
                + groups
                + perAxis(" s", layer.strides())
                + perAxis(" dilation ", layer.dilation())
                + layer.postOps().stream().map(op -> " " + brief(op)).collect(Collectors.joining());
    }

    /** A table has no room for a number of each channel. */
    private static String brief(PostOp postOp) {
        String text = postOp.toString();
        boolean isLong = postOp instanceof PostOp.PerChannel constant
                && constant.operands().size() > 1;
        return isLong ? text.substring(0, text.indexOf(':')) : text;
    }

    /** Returns letter and numbers, or nothing where all are 1. */
    static String perAxis(String letter, List<Integer> values) {
        if (values.stream().allMatch(value -> value == 1)) {
            return "";
        }
        boolean same = values.stream().distinct().count() == 1;
        return letter
                + (same ? values.get(0) : values.stream().map(String::valueOf).collect(Collectors.joining("x")));
    }

    @Override
    public Dims dstDims(Dims src) {
        return new ConvolutionProblem(layer, src).dstDims();
    }

    @Override
    public DataType srcType() {
        return layer.types().src();
    }

    @Override
    public DataType dstType() {
        return layer.types().dst();
    }

    @Override
    public List<AxisGeometry> axes(Dims src) {
        return new ConvolutionProblem(layer, src).axes();
    }

    @Override
    public boolean transposed() {
        return layer.transposed();
    }

    @Override
    public boolean readsDestination() {
        return layer.readsDestination();
    }

    @Override
    public List<Dims> parameterDims() {
        return hasBias ? List.of(layer.weightsDims(), layer.biasDims()) : List.of(layer.weightsDims());
    }

    @Override
    public double multiplyAdds(Dims src) {
        return new ConvolutionProblem(layer, src).multiplyAdds();
    }

    @Override
    public Prepared prepare(Engine engine, List<Tensor> parameters) {
        Convolution prepared = engine.convolution(layer, parameters.get(0), hasBias ? parameters.get(1) : null);
        try {
            return new Prepared(
                    prepared,
                    prepared::forward,
                    (src, from, to) -> prepared.explain(src, from, to).implementation());
        } catch (Throwable e) {
            prepared.close();
            throw e;
        }
    }
}
