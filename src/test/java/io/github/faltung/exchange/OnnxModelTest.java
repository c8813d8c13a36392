package io.github.faltung.exchange;

import static io.github.faltung.exchange.OnnxModels.empty;
import static io.github.faltung.exchange.OnnxModels.integer;
import static io.github.faltung.exchange.OnnxModels.ints;
import static io.github.faltung.exchange.OnnxModels.model;
import static io.github.faltung.exchange.OnnxModels.node;
import static io.github.faltung.exchange.OnnxModels.parse;
import static io.github.faltung.exchange.OnnxModels.raw;
import static io.github.faltung.exchange.OnnxModels.string;
import static io.github.faltung.exchange.OnnxModels.typed;
import static io.github.faltung.exchange.OnnxModels.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Padding;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Models as layers, and what is said of those that can't be. */
class OnnxModelTest {
    private static OnnxConvolution layer(ModelProto.Builder proto) throws ExchangeException {
        OnnxModel model = parse(proto);
        return (OnnxConvolution) model.layer(model.nodes().get(0));
    }

    private static ConvolutionDescriptor descriptor(NodeProto.Builder node, long... weights) throws ExchangeException {
        try (OnnxConvolution layer = layer(with(model(node), raw("w", weights)))) {
            return layer.descriptor();
        }
    }

    @Test
    void layer_conv_hasAttributesWeightsAndBias() throws ExchangeException {
        var node = node("Conv", "b")
                .addAttribute(integer("group", 2))
                .addAttribute(ints("strides", 2, 1))
                .addAttribute(ints("dilations", 1, 3))
                .addAttribute(ints("pads", 0, 1, 2, 3))
                .addAttribute(string("auto_pad", "NOTSET"));
        try (OnnxConvolution layer =
                layer(with(model(node), raw("w", 6, 3, 2, 5), typed("b", new float[] {1, 2, 3, 4, 5, 6}, 6)))) {
            assertThat(layer.descriptor())
                    .isEqualTo(ConvolutionDescriptor.conv2d(6, 6)
                            .groups(2)
                            .kernel(2, 5)
                            .stride(2, 1)
                            .dilation(1, 3)
                            .padding(Padding.explicit(List.of(0, 1), List.of(2, 3)))
                            .build());
            assertThat(layer.weights().get(5, 2, 1, 4)).isEqualTo(180);
            assertThat(Objects.requireNonNull(layer.bias()).toFloatArray()).containsExactly(1, 2, 3, 4, 5, 6);
        }
    }

    @ParameterizedTest
    @CsvSource({"SAME_UPPER, SAME_UPPER", "SAME_LOWER, SAME_LOWER", "VALID, VALID"})
    void layer_autoPad_isTheMode(String autoPad, Padding.Mode mode) throws ExchangeException {
        assertThat(descriptor(node("Conv").addAttribute(string("auto_pad", autoPad)), 4, 3, 3)
                        .padding())
                .isEqualTo(mode);
    }

    @Test
    void layer_convTranspose_hasOutputPaddingOrShape() throws ExchangeException {
        var node = node("ConvTranspose")
                .addAttribute(ints("strides", 3, 2))
                .addAttribute(integer("group", 2))
                .addAttribute(ints("output_padding", 1, 1));
        assertThat(descriptor(node.clone(), 4, 3, 3, 3))
                .isEqualTo(ConvolutionDescriptor.transposed2d(4, 6)
                        .groups(2)
                        .kernel(3)
                        .stride(3, 2)
                        .outputPadding(1)
                        .padding(0)
                        .build());
        for (long[] shape : List.of(new long[] {10, 8}, new long[] {1, 6, 10, 8})) {
            ConvolutionDescriptor sized =
                    descriptor(node.clone().addAttribute(ints("output_shape", shape)), 4, 3, 3, 3);
            assertThat(sized.outputSize()).containsExactly(10, 8);
            assertThat(sized.padding()).isEqualTo(Padding.sameLower());
        }
    }

    @Test
    void layer_constantNodeOrGivenTensor_isTheWeights() throws ExchangeException {
        var constant = NodeProto.newBuilder()
                .setOpType("Constant")
                .addOutput("w")
                .addAttribute(AttributeProto.newBuilder()
                        .setName("value")
                        .setType(AttributeProto.AttributeType.TENSOR)
                        .setT(raw("", 2, 1, 3)));
        try (OnnxConvolution layer = layer(model(constant, node("Conv")))) {
            assertThat(layer.weights().toFloatArray()).containsExactly(1, 2, 3, 4, 5, 6);
            assertThat(layer.bias()).isNull();
        }
        OnnxModel model = parse(with(model(node("Conv", "")), raw("w", 2, 1, 3)));
        try (Tensor given = Tensor.of(new float[] {7, 8, 9}, Dims.of(1, 1, 3))) {
            try (OnnxConvolution layer =
                    (OnnxConvolution) model.layer(model.nodes().get(0), Map.of("w", given))) {
                assertThat(layer.weights()).isSameAs(given);
            }
            assertThat(given.isClosed()).isFalse();
        }
    }

    @Test
    void layer_closed_freesWhatCameFromTheModel() throws ExchangeException {
        OnnxConvolution layer = layer(with(model(node("Conv")), raw("w", 2, 1, 3)));
        layer.close();
        layer.close();
        assertThat(layer.weights().isClosed()).isTrue();
    }

    @Test
    void nodes_othersBeside_areListedApart() throws ExchangeException {
        var relu = NodeProto.newBuilder().setOpType("Relu").addInput("y").addOutput("z");
        var foreign = node("Conv").setDomain("com.example");
        OnnxModel model = parse(model(node("Conv"), relu, foreign));
        assertThat(model.nodes()).hasSize(1);
        assertThat(model.otherOperators()).containsExactly("Relu", "com.example:Conv");
        assertThat(model.inputs()).containsExactly("x");
        assertThat(model.outputs()).containsExactly("y");
        assertThat(model.opset()).isEqualTo(22);
    }

    static Stream<Arguments> kindsToCome() {
        return Stream.of(
                Arguments.of("LpPool", 1, "Lp pooling (LpPool)"),
                Arguments.of("MaxUnpool", 2, "unpooling (MaxUnpool)"));
    }

    @ParameterizedTest
    @MethodSource("kindsToCome")
    void layer_kindToCome_isDescribedAndNamesTheFeature(String opType, int inputs, String feature)
            throws ExchangeException {
        var node = NodeProto.newBuilder().setOpType(opType).addOutput("y").addInput("x");
        for (int i = 1; i < inputs; i++) {
            node.addInput("i" + i);
        }
        node.addAttribute(ints("kernel_shape", 3, 2)).addAttribute(ints("pads", 1, 0, 1, 0));
        OnnxModel model = parse(model(node));
        assertThat(model.nodes().get(0).kind().opType()).isEqualTo(opType);
        assertThat(model.nodes().get(0).window().kernelShape()).containsExactly(3, 2);
        assertThatThrownBy(() -> model.layer(model.nodes().get(0)))
                .isInstanceOfSatisfying(
                        UnsupportedFeatureException.class,
                        e -> assertThat(e.feature()).isEqualTo(feature));
    }

    static Stream<Arguments> notSupported() {
        return Stream.of(
                unsupported(
                        "external data of a model that is in no folder",
                        empty("w", 2, 1, 3).setDataLocation(TensorProto.DataLocation.EXTERNAL)),
                unsupported(
                        "external data outside of a model",
                        empty("w", 2, 1, 3)
                                .addExternalData(StringStringEntryProto.newBuilder()
                                        .setKey("location")
                                        .setValue("/etc/passwd"))),
                unsupported(
                        "tensors in segments",
                        raw("w", 2, 1, 3)
                                .setSegment(TensorProto.Segment.newBuilder().setBegin(0))),
                unsupported("element type DOUBLE", raw("w", 1, 1, 4).setDataType(TensorProto.DataType.DOUBLE_VALUE)),
                unsupported("4 spatial axes", raw("w", 1, 1, 1, 1, 1, 1)));
    }

    private static Arguments unsupported(String feature, TensorProto.Builder weights) {
        return Arguments.of(feature, with(model(node("Conv")), weights));
    }

    @ParameterizedTest
    @MethodSource("notSupported")
    void layer_weightsNotSupported_saysWhat(String feature, ModelProto.Builder model) {
        assertThatThrownBy(() -> layer(model))
                .isInstanceOfSatisfying(
                        UnsupportedFeatureException.class,
                        e -> assertThat(e.feature()).isEqualTo(feature));
    }

    @Test
    void layer_sparseInitialiser_isRefusedByName() {
        var model = model(node("Conv"));
        model.getGraphBuilder()
                .addSparseInitializer(SparseTensorProto.newBuilder().setValues(raw("w", 2, 1, 3)));
        assertThatThrownBy(() -> layer(model))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("sparse");
    }

    @Test
    void parse_newerOpset_isRefusedByName() {
        var model = model(node("Conv"))
                .setOpsetImport(0, OperatorSetIdProto.newBuilder().setVersion(28));
        assertThatThrownBy(() -> parse(model))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("opset 28");
    }

    static Stream<Arguments> brokenNodes() {
        return Stream.of(
                broken("'weird'", "must be one of", node -> node.addAttribute(integer("weird", 1))),
                broken(
                        "again",
                        "group",
                        node -> node.addAttribute(integer("group", 1)).addAttribute(integer("group", 1))),
                broken("0", "group must be from 1", node -> node.addAttribute(integer("group", 0))),
                broken("4294967297", "group", node -> node.addAttribute(integer("group", 4294967297L))),
                broken("INTS", "group must be of type INT", node -> node.addAttribute(ints("group", 1))),
                broken("INT", "strides must be of type INTS", node -> node.addAttribute(integer("strides", 1))),
                broken("0", "strides", node -> node.addAttribute(ints("strides", 0))),
                broken("[1, 1]", "strides must have 1 values", node -> node.addAttribute(ints("strides", 1, 1))),
                broken("-1", "pads", node -> node.addAttribute(ints("pads", -1, 0))),
                broken("[1, 1, 1]", "pads must have two", node -> node.addAttribute(ints("pads", 1, 1, 1))),
                broken("SAME", "auto_pad must be one of", node -> node.addAttribute(string("auto_pad", "SAME"))),
                broken("[5]", "kernel_shape", node -> node.addAttribute(ints("kernel_shape", 5))),
                broken("output_shape", "attribute", node -> node.addAttribute(ints("output_shape", 5))),
                broken("groups", "divide outputChannels", node -> node.addAttribute(integer("group", 3))),
                broken("4", "inputs must be 2 to 3", node -> node.addInput("b").addInput("c")),
                broken("[x, ]", "inputs must have names", node -> node.setInput(1, "")),
                broken("'nowhere'", "must be a constant or be given", node -> node.setInput(1, "nowhere")),
                broken("0", "outputs", NodeProto.Builder::clearOutput));
    }

    private static Arguments broken(String value, String rule, UnaryOperator<NodeProto.Builder> change) {
        return Arguments.of(value, rule, change);
    }

    @ParameterizedTest
    @MethodSource("brokenNodes")
    void layer_brokenNode_namesFileNodeAndValue(String value, String rule, UnaryOperator<NodeProto.Builder> change) {
        var model = with(model(change.apply(node("Conv"))), raw("w", 2, 1, 3));
        assertThatThrownBy(() -> layer(model))
                .isExactlyInstanceOf(ExchangeException.class)
                .hasMessageContainingAll("m.onnx: node '", value, rule);
    }

    static Stream<Arguments> brokenWeights() {
        return Stream.of(
                Arguments.of(
                        "raw_data",
                        raw("w", 2, 1, 3).clearDims().addDims(2).addDims(1).addDims(4)),
                Arguments.of("raw_data", raw("w", 2, 1, 3).setRawData(ByteString.copyFrom(new byte[23]))),
                Arguments.of(
                        "4611686018427387904 elements",
                        empty("w", 1L << 31, 1L << 31, 1).setRawData(ByteString.EMPTY)),
                Arguments.of("2^63", empty("w", 1L << 31, 1L << 31, 1L << 31).setRawData(ByteString.EMPTY)),
                Arguments.of("dims must be positive", empty("w", 2, -1, 3)),
                Arguments.of("dims must be positive", empty("w", 2, 0, 3)),
                Arguments.of("W must have at least 3 axes", typed("w", new float[1])),
                Arguments.of("axes", raw("w", 2, 3)),
                Arguments.of("float_data", typed("w", new float[5], 2, 1, 3)),
                Arguments.of("raw_data or float_data", raw("w", 2, 1, 3).addFloatData(1)),
                Arguments.of(
                        "W must be of a floating-point type, but was s8",
                        raw("w", 1, 1, 8)
                                .setDataType(TensorProto.DataType.INT8_VALUE)
                                .setRawData(ByteString.copyFrom(new byte[8]))),
                Arguments.of("data_type", raw("w", 2, 1, 3).setDataType(0)),
                Arguments.of("data_type", raw("w", 2, 1, 3).setDataType(999)));
    }

    @ParameterizedTest
    @MethodSource("brokenWeights")
    void layer_brokenWeights_areRefused(String message, TensorProto.Builder weights) {
        assertThatThrownBy(() -> layer(with(model(node("Conv")), weights)))
                .isExactlyInstanceOf(ExchangeException.class)
                .hasMessageContaining(message);
    }

    @Test
    void parse_brokenModel_isRefused() {
        assertThatThrownBy(() -> parse(ModelProto.newBuilder())).hasMessageContaining("has no graph");
        assertThatThrownBy(() -> parse(model().clearOpsetImport())).hasMessageContaining("opset_import");
        assertThatThrownBy(() -> parse(model(node("ConvInteger"))
                        .setOpsetImport(0, OperatorSetIdProto.newBuilder().setVersion(9))))
                .hasMessageContaining("opset must be at least 10");
        assertThatThrownBy(() -> parse(with(model(), raw("w", 1), raw("w", 1)))).hasMessageContaining("again 'w'");
        var bias = with(model(node("Conv", "b")), raw("w", 2, 1, 3), raw("b", 3));
        assertThatThrownBy(() -> layer(bias)).hasMessageContainingAll("B must have 2", "but was 3");
    }
}
