package io.github.faltung.exchange;

import static io.github.faltung.exchange.OnnxModels.empty;
import static io.github.faltung.exchange.OnnxModels.model;
import static io.github.faltung.exchange.OnnxModels.node;
import static io.github.faltung.exchange.OnnxModels.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.github.faltung.convolution.LayerTypes;
import io.github.faltung.convolution.Quantization;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OnnxQuantizationTest {
    private static final int U8 = DataType.UINT8_VALUE;
    private static final int S8 = DataType.INT8_VALUE;
    private static final int S32 = DataType.INT32_VALUE;

    private static TensorProto.Builder integers(String name, int type, int[] values, long... dims) {
        var tensor = empty(name, dims).setDataType(type);
        for (int value : values) {
            tensor.addInt32Data(value);
        }
        return tensor;
    }

    private static TensorProto.Builder number(String name, int type, int value) {
        return integers(name, type, new int[] {value});
    }

    private static TensorProto.Builder scale(String name, float... values) {
        var tensor = values.length == 1 ? empty(name) : empty(name, values.length);
        for (float value : values) {
            tensor.addFloatData(value);
        }
        return tensor;
    }

    private static TensorProto.Builder weights(int type) {
        return integers("w", type, new int[] {1, 2, 3, 4}, 2, 1, 2);
    }

    /** Two outputs of one input, of which operands may be replaced by name. */
    private static ModelProto.Builder qLinear(TensorProto.Builder... others) {
        NodeProto.Builder node = NodeProto.newBuilder()
                .setOpType("QLinearConv")
                .setName("n")
                .addAllInput(List.of("x", "xs", "xz", "w", "ws", "wz", "ys", "yz", "b"))
                .addOutput("y");
        var model = model(node);
        List<TensorProto.Builder> usual = List.of(
                scale("xs", 0.5f),
                number("xz", U8, 200),
                weights(S8),
                scale("ws", 0.1f, 0.3f),
                integers("wz", S8, new int[] {-3, 4}, 2),
                scale("ys", 2),
                number("yz", S8, -7),
                integers("b", S32, new int[] {3, 1 << 30}, 2));
        for (TensorProto.Builder tensor : usual) {
            TensorProto.Builder added = tensor;
            for (TensorProto.Builder other : others) {
                added = other.getName().equals(tensor.getName()) ? other : added;
            }
            with(model, added);
        }
        return model;
    }

    private static OnnxConvolution layer(ModelProto.Builder proto) throws ExchangeException {
        OnnxModel model = OnnxModels.parse(proto);
        return (OnnxConvolution) model.layer(model.nodes().get(0));
    }

    @Test
    void layer_qLinearConv_hasItsTypesAndQuantization() throws ExchangeException {
        try (OnnxConvolution layer = layer(qLinear())) {
            assertThat(layer.descriptor().types()).isEqualTo(LayerTypes.parse("u8:s8:s8"));
            assertThat(layer.descriptor().quantization())
                    .isEqualTo(new Quantization(0.5f, 200, List.of(0.1f, 0.3f), List.of(-3, 4), 2, -7));
            assertThat(layer.weights().toFloatArray()).containsExactly(1, 2, 3, 4);
            assertThat(Objects.requireNonNull(layer.bias()).toFloatArray())
                    .containsExactly((float) (3 * 0.5 * 0.1f), (float) ((1 << 30) * 0.5 * 0.3f));
        }
    }

    @Test
    void layer_convInteger_isOfUnitScales() throws ExchangeException {
        var zeros = with(
                model(node("ConvInteger", "xz", "wz")),
                weights(U8),
                number("xz", S8, -5),
                integers("wz", U8, new int[] {6, 255}, 2));
        try (OnnxConvolution layer = layer(zeros)) {
            assertThat(layer.descriptor().types()).isEqualTo(LayerTypes.parse("s8:u8:s32"));
            assertThat(layer.descriptor().quantization())
                    .isEqualTo(new Quantization(1, -5, List.of(1f), List.of(6, 255), 1, 0));
            assertThat(layer.bias()).isNull();
        }
        var none = with(model(node("ConvInteger")), weights(S8));
        none.getGraphBuilder().setInput(0, OnnxModels.value("x", U8));
        try (OnnxConvolution layer = layer(none)) {
            assertThat(layer.descriptor().types()).isEqualTo(LayerTypes.parse("u8:s8:s32"));
            assertThat(layer.descriptor().quantization()).isEqualTo(Quantization.NONE);
        }
    }

    @Test
    void random_integerSource_fillsItsType() throws ExchangeException {
        OnnxModel model = OnnxModels.parse(qLinear());
        try (OnnxTestCase test = OnnxTestCase.random(model, model.nodes().get(0), 3)) {
            assertThat(test.src().dataType()).isEqualTo(io.github.faltung.tensor.DataType.U8);
            assertThat(test.src().toFloatArray()).hasSizeGreaterThan(3).doesNotHaveDuplicates();
        }
    }

    @Test
    void layer_halfPrecision_hasItsTypesAndABiasInF32() throws ExchangeException {
        for (int type : new int[] {DataType.FLOAT16_VALUE, DataType.BFLOAT16_VALUE}) {
            int one = type == DataType.FLOAT16_VALUE ? 0x3c00 : 0x3f80;
            var half = with(
                    model(node("Conv", "b")),
                    integers("w", type, new int[] {one, one}, 1, 1, 2),
                    integers("b", type, new int[] {one}, 1));
            try (OnnxConvolution layer = layer(half)) {
                assertThat(layer.descriptor().types())
                        .isEqualTo(LayerTypes.parse(type == DataType.FLOAT16_VALUE ? "f16" : "bf16"));
                var bias = Objects.requireNonNull(layer.bias());
                assertThat(bias.dataType()).isEqualTo(io.github.faltung.tensor.DataType.F32);
                assertThat(bias.toFloatArray()).containsExactly(1);
            }
        }
        var mixed = with(
                model(node("Conv", "b")),
                integers("w", DataType.FLOAT16_VALUE, new int[] {0, 0}, 1, 1, 2),
                scale("b", 1, 2));
        assertThatThrownBy(() -> layer(mixed)).hasMessageContaining("B must be f16, but was f32");
    }

    @Test
    void layer_broken_namesOperandAndRule() {
        assertBroken(qLinear(scale("xs", 1, 2)), "input 1 must be one number, but was 2");
        assertBroken(qLinear(number("xs", S32, 1)), "input 1 must be f32, but was s32");
        assertBroken(qLinear(scale("xs", 0)), "srcScale must be finite and positive");
        assertBroken(qLinear(scale("yz", 0)), "input 7 must be u8 or s8, but was f32");
        assertBroken(qLinear(scale("xz", 0)), "types: weights must be f32, as src");
        assertBroken(qLinear(weights(U8)), "w_zero_point must be of the weights' type, u8, but was s8");
        assertBroken(qLinear(scale("ws", 1, 2, 3)), "weightsScales must have 1 value, or one for each of the 2");
        assertBroken(qLinear(number("xz", S32, 3)), "types: src must be");
        assertBroken(qLinear(scale("b", 1, 2)), "B must be s32, but was f32");
        assertBroken(qLinear(number("b", S32, 1)), "B must have 2 elements, but was 1");
        assertBroken(
                qLinear(scale("xs", 1e30f), scale("ws", 1e30f, 1e30f)),
                "srcScale · weightsScales must be in the range of f32");
        assertBroken(
                qLinear(scale("xs", 1.8e19f), scale("ws", 1.8e19f, 1.8e19f)),
                "B times x_scale and w_scale must be a number that f32 holds");
    }

    private static void assertBroken(ModelProto.Builder model, String message) {
        assertThatThrownBy(() -> layer(model))
                .isExactlyInstanceOf(ExchangeException.class)
                .hasMessageContainingAll("m.onnx: node 'n' (QLinearConv)", message);
    }

    @ParameterizedTest
    @CsvSource({"DynamicQuantizeLinear, that DynamicQuantizeLinear computes", "'', that are inputs of the graph"})
    void layer_computedZeroPoint_isRefusedByName(String operator, String origin) {
        var model = model(node("ConvInteger", "xz"));
        if (!operator.isEmpty()) {
            model.getGraphBuilder()
                    .addNode(NodeProto.newBuilder().setOpType(operator).addOutput("xz"));
        }
        assertThatThrownBy(() -> layer(with(model, weights(S8))))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("scales and zero points " + origin + " (ConvInteger)");
    }

    @Test
    void layer_sourceOfUnknownType_isRefusedByName() {
        assertThatThrownBy(() -> layer(with(model(node("ConvInteger")), weights(S8))))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("a source of unknown type");
    }
}
