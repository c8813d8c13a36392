package io.github.faltung.exchange;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.LayerTypes;
import io.github.faltung.convolution.Quantization;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts a node with weights together: its operands give the types, what integers stand for, the weights and the bias. Tensors that it makes or
 * takes from the model are added to the owned.
 */
final class OnnxAssembly {
    private final OnnxModel model;
    private final OnnxNode node;
    private final Map<String, Tensor> values;
    private final List<Tensor> owned;

    OnnxAssembly(OnnxModel model, OnnxNode node, Map<String, Tensor> values, List<Tensor> owned) {
        this.model = model;
        this.node = node;
        this.values = values;
        this.owned = owned;
    }

    OnnxLayer layer() throws ExchangeException {
        Tensor weights = model.operand(node, node.kind().weightsInput(), values, owned);
        if (node.kind() == OnnxKind.DEFORM_CONV) {
            OnnxTensor.requireF32(node.place(), weights);
            return new OnnxDeformable(node.deformable(weights.dims()), weights, bias(weights), owned);
        }
        if (node.kind().isInteger()) {
            return integer(weights);
        }
        DataType type = weights.dataType();
        if (!type.isFloating()) {
            throw ExchangeException.broken(node.place(), "W", "must be of a floating-point type", type);
        }
        ConvolutionDescriptor layer = node.descriptor(weights.dims());
        return new OnnxConvolution(
                layer.withTypes(LayerTypes.all(type), Quantization.NONE), weights, bias(weights), owned);
    }

    /** Returns the bias of reals, which has the weights' type, in f32. */
    private @Nullable Tensor bias(Tensor weights) throws ExchangeException {
        @Nullable Tensor bias = model.optional(node, node.kind().biasInput(), values, owned);
        if (bias == null) {
            return null;
        }
        OnnxTensor.requireType(node.place(), "B", bias, weights.dataType());
        requireChannels(bias, node.descriptor(weights.dims()));
        if (bias.dataType() == DataType.F32) {
            return bias;
        }
        Tensor wider = Tensor.allocate(DataType.F32, bias.dims(), Layout.CHANNELS_FIRST);
        owned.add(wider);
        wider.copyFrom(bias);
        return wider;
    }

    private void requireChannels(Tensor bias, ConvolutionDescriptor layer) throws ExchangeException {
        if (!bias.dims().equals(layer.biasDims())) {
            throw ExchangeException.broken(
                    node.place(), "B", "must have " + layer.outputChannels() + " elements", bias.dims());
        }
    }

    private OnnxLayer integer(Tensor weights) throws ExchangeException {
        var quantization = new OnnxQuantization(model, node, values);
        ConvolutionDescriptor layer;
        try {
            layer = node.descriptor(weights.dims())
                    .withTypes(quantization.types(weights.dataType()), quantization.read());
        } catch (IllegalArgumentException e) {
            throw new ExchangeException(node.place(), String.valueOf(e.getMessage()), e);
        }
        @Nullable Tensor bias = model.optional(node, node.kind().biasInput(), values, owned);
        return new OnnxConvolution(layer, weights, bias == null ? null : scaled(bias, layer), owned);
    }

    private Tensor scaled(Tensor bias, ConvolutionDescriptor layer) throws ExchangeException {
        OnnxTensor.requireType(node.place(), "B", bias, DataType.S32);
        requireChannels(bias, layer);
        int[] units = bias.toIntArray(Layout.CHANNELS_FIRST);
        var reals = new float[units.length];
        for (int channel = 0; channel < units.length; channel++) {
            double real = units[channel] * layer.quantization().sumScale(channel);
            reals[channel] = (float) real;
            if (!Float.isFinite(reals[channel])) {
                throw ExchangeException.broken(
                        node.place(), "B", "times x_scale and w_scale must be a number that f32 holds", real);
            }
        }
        Tensor scaled = Tensor.of(reals, bias.dims());
        owned.add(scaled);
        return scaled;
    }
}
