package io.github.faltung.exchange;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Padding;
import io.github.faltung.convolution.PoolingDescriptor;
import io.github.faltung.tensor.Dims;
import java.util.List;

/**
 * The extents of a source for a node. What the model says counts; where it is silent or has a name only, there is one picture, and each
 * spatial axis has room for a few windows, the last of them cut: with extent e of a window and stride s, e + 3s + 1 elements.
 */
final class OnnxSourceDims {
    private static final int STEPS = 3;

    /** Transposed, each element makes a window; a global pooling has one. */
    private static final long FEW = 7;

    private OnnxSourceDims() {}

    static Dims of(OnnxNode node, ConvolutionDescriptor layer, List<Long> known) throws ExchangeException {
        var dims = new long[layer.spatialRank() + 2];
        dims[1] = layer.inputChannels();
        for (int axis = 0; axis < layer.spatialRank(); axis++) {
            dims[axis + 2] = layer.transposed()
                    ? transposed(layer, axis)
                    : room(
                            layer.kernel().get(axis),
                            layer.dilation().get(axis),
                            layer.strides().get(axis));
        }
        return known(node, dims, known);
    }

    static Dims of(OnnxNode node, PoolingDescriptor layer, List<Long> known, int channels) throws ExchangeException {
        var dims = new long[layer.spatialRank() + 2];
        dims[1] = channels;
        for (int axis = 0; axis < layer.spatialRank(); axis++) {
            dims[axis + 2] = node.kind().isGlobal()
                    ? FEW
                    : room(
                            layer.kernel().get(axis),
                            layer.dilation().get(axis),
                            layer.strides().get(axis));
        }
        return known(node, dims, known);
    }

    private static long room(long kernel, long dilation, long stride) {
        return (kernel - 1) * dilation + 1 + STEPS * stride + 1;
    }

    /** With an output that is wanted, the least that makes one as large; else enough for what the padding cuts off. */
    private static long transposed(ConvolutionDescriptor layer, int axis) {
        long stride = layer.strides().get(axis);
        if (!layer.outputSize().isEmpty()) {
            long extent = (layer.kernel().get(axis) - 1L) * layer.dilation().get(axis) + 1;
            long beyond = layer.outputSize().get(axis)
                    - extent
                    - layer.outputPadding().get(axis);
            return Math.max(0, Math.floorDiv(beyond + stride - 1, stride)) + 1;
        }
        long cut = layer.padding() instanceof Padding.Explicit explicit
                ? (long) explicit.begin().get(axis) + explicit.end().get(axis)
                : 0;
        return FEW + cut / stride;
    }

    private static Dims known(OnnxNode node, long[] dims, List<Long> known) throws ExchangeException {
        dims[0] = 1;
        if (!known.isEmpty() && known.size() != dims.length) {
            throw ExchangeException.broken(node.place(), "X", "must have " + dims.length + " axes", known);
        }
        for (int axis = 0; axis < known.size(); axis++) {
            dims[axis] = known.get(axis) == OnnxShapes.UNKNOWN ? dims[axis] : known.get(axis);
        }
        return dims(node, "X", dims);
    }

    /** Makes dims that a model says. */
    static Dims dims(OnnxNode node, String operand, long... extents) throws ExchangeException {
        try {
            return Dims.of(extents);
        } catch (IllegalArgumentException e) {
            throw new ExchangeException(node.place(), operand + " " + e.getMessage(), e);
        }
    }
}
