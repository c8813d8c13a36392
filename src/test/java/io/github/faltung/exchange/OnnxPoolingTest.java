package io.github.faltung.exchange;

import static io.github.faltung.exchange.OnnxModels.integer;
import static io.github.faltung.exchange.OnnxModels.ints;
import static io.github.faltung.exchange.OnnxModels.model;
import static io.github.faltung.exchange.OnnxModels.node;
import static io.github.faltung.exchange.OnnxModels.parse;
import static io.github.faltung.exchange.OnnxModels.string;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import io.github.faltung.convolution.Padding;
import io.github.faltung.convolution.PoolingDescriptor;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Pooling nodes as layers. */
class OnnxPoolingTest {
    private static NodeProto.Builder pooling(String opType) {
        return node(opType).clearInput().addInput("x");
    }

    private static PoolingDescriptor descriptor(ModelProto.Builder proto) throws ExchangeException {
        OnnxModel model = parse(proto);
        try (OnnxLayer layer = model.layer(model.nodes().get(0))) {
            return ((OnnxPooling) layer).descriptor();
        }
    }

    @Test
    void layer_maxPool_hasItsAttributes() throws ExchangeException {
        var node = pooling("MaxPool")
                .addAttribute(ints("kernel_shape", 3, 2))
                .addAttribute(ints("strides", 2, 1))
                .addAttribute(ints("dilations", 1, 2))
                .addAttribute(ints("pads", 0, 1, 1, 0))
                .addAttribute(integer("ceil_mode", 1))
                .addAttribute(integer("storage_order", 1));
        assertThat(descriptor(model(node)))
                .isEqualTo(PoolingDescriptor.max2d()
                        .kernel(3, 2)
                        .stride(2, 1)
                        .dilation(1, 2)
                        .padding(Padding.explicit(List.of(0, 1), List.of(1, 0)))
                        .ceilMode()
                        .build());
    }

    @Test
    void layer_averagePool_hasItsAttributesOrDefaults() throws ExchangeException {
        var node = pooling("AveragePool")
                .addAttribute(ints("kernel_shape", 3))
                .addAttribute(string("auto_pad", "SAME_LOWER"))
                .addAttribute(integer("count_include_pad", 1));
        assertThat(descriptor(model(node)))
                .isEqualTo(PoolingDescriptor.average1d()
                        .kernel(3)
                        .padding(Padding.sameLower())
                        .countIncludePad()
                        .build());
        var plain = pooling("AveragePool").addAttribute(ints("kernel_shape", 3));
        assertThat(descriptor(model(plain)))
                .isEqualTo(PoolingDescriptor.average1d().kernel(3).padding(0).build());
    }

    @Test
    void layer_globalPool_hasTheAxesOfItsSource() throws ExchangeException {
        var proto = model(pooling("GlobalMaxPool"));
        OnnxModel model = parse(proto);
        assertThatThrownBy(() -> model.layer(model.nodes().get(0)))
                .isExactlyInstanceOf(ExchangeException.class)
                .hasMessageContaining("X must be given or have a shape in the model, but was 'x', neither");
        try (Tensor x = Tensor.allocate(Dims.of(1, 2, 3, 4));
                OnnxLayer layer = model.layer(model.nodes().get(0), Map.of("x", x))) {
            assertThat(((OnnxPooling) layer).descriptor()).isEqualTo(PoolingDescriptor.globalMax(2));
        }
        var shape = TensorShapeProto.newBuilder();
        for (int axis = 0; axis < 5; axis++) {
            shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("d" + axis));
        }
        var mean = model(pooling("GlobalAveragePool"));
        mean.getGraphBuilder()
                .getInputBuilder(0)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder().setShape(shape)));
        assertThat(descriptor(mean)).isEqualTo(PoolingDescriptor.globalAverage(3));
    }

    @Test
    void layer_indices_areLeftOutAndSaid() throws ExchangeException {
        var plain = pooling("MaxPool").addAttribute(ints("kernel_shape", 2));
        for (boolean indices : new boolean[] {false, true}) {
            OnnxModel model = parse(
                    model(indices ? plain.clone().addOutput("i") : plain.clone().addOutput("")));
            try (OnnxPooling layer = (OnnxPooling) model.layer(model.nodes().get(0))) {
                assertThat(layer.lacksIndices()).isEqualTo(indices);
                assertThat(layer.descriptor())
                        .isEqualTo(PoolingDescriptor.max1d()
                                .kernel(2)
                                .stride(1)
                                .padding(0)
                                .build());
            }
        }
    }

    @Test
    void layer_fourSpatialAxes_areNamedAsMissing() {
        assertThatThrownBy(() -> descriptor(model(pooling("MaxPool").addAttribute(ints("kernel_shape", 2, 2, 2, 2)))))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("4 spatial axes");
    }

    @Test
    void layer_brokenNode_isRefused() {
        assertThatThrownBy(() -> descriptor(model(pooling("MaxPool"))))
                .isExactlyInstanceOf(ExchangeException.class)
                .hasMessageContaining("X must have at least 3 axes, but was 2");
        assertThatThrownBy(() -> descriptor(model(pooling("AveragePool")
                        .addAttribute(ints("kernel_shape", 2, 2))
                        .addAttribute(ints("strides", 1)))))
                .isExactlyInstanceOf(ExchangeException.class)
                .hasMessageContaining("strides must have 2 values");
        assertThatThrownBy(() -> descriptor(model(
                        pooling("MaxPool").addAttribute(ints("kernel_shape", 2)).addAttribute(integer("group", 1)))))
                .hasMessageContaining("must be one of MaxPool's, but was 'group'");
    }

    @Test
    void layer_kernelOfOtherRankThanTheSource_isRefused() throws ExchangeException {
        OnnxModel model = parse(model(pooling("MaxPool").addAttribute(ints("kernel_shape", 2))));
        try (Tensor x = Tensor.allocate(Dims.of(1, 2, 3, 4))) {
            assertThatThrownBy(() -> model.layer(model.nodes().get(0), Map.of("x", x)))
                    .isExactlyInstanceOf(ExchangeException.class)
                    .hasMessageContaining("kernel_shape must have one value for each of 2 spatial axes, but was [2]");
        }
        assertThatThrownBy(() -> model.nodes().get(0).descriptor(Dims.of(1, 1, 2)))
                .hasMessageContaining("kind must be one with weights");
        assertThatThrownBy(() -> model.nodes().get(0).deformable(Dims.of(1, 1, 2)))
                .hasMessageContaining("kind must be DEFORM_CONV");
    }
}
