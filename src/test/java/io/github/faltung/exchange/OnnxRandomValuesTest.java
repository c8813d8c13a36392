package io.github.faltung.exchange;

import static io.github.faltung.exchange.OnnxModels.integer;
import static io.github.faltung.exchange.OnnxModels.ints;
import static io.github.faltung.exchange.OnnxModels.model;
import static io.github.faltung.exchange.OnnxModels.node;
import static io.github.faltung.exchange.OnnxModels.parse;
import static io.github.faltung.exchange.OnnxModels.raw;
import static io.github.faltung.exchange.OnnxModels.string;
import static io.github.faltung.exchange.OnnxModels.value;
import static io.github.faltung.exchange.OnnxModels.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Nodes of networks with random data: extents that the model says, or that fit. */
class OnnxRandomValuesTest {
    private static OnnxTestCase random(ModelProto.Builder proto) throws ExchangeException {
        OnnxModel model = parse(proto);
        return OnnxTestCase.random(model, model.nodes().get(0), 3);
    }

    private static Dims source(ModelProto.Builder proto) throws ExchangeException {
        try (OnnxTestCase test = random(proto)) {
            assertThat(test.expected()).isNull();
            float[] values = test.src().toFloatArray();
            assertThat(values).doesNotContain(0);
            for (float value : values) {
                assertThat(value).isBetween(-1f, 1f);
            }
            return test.src().dims();
        }
    }

    private static ModelProto.Builder conv(long... shape) {
        var proto = with(model(node("Conv")), raw("w", 4, 3, 3, 5));
        proto.getGraphBuilder().setInput(0, value("x", shape));
        return proto;
    }

    private static NodeProto.Builder pooling(String opType) {
        return node(opType).clearInput().addInput("x");
    }

    @Test
    void random_shapeInTheModel_countsWhereItIsKnown() throws ExchangeException {
        assertThat(source(conv(2, 3, 20, 30))).isEqualTo(Dims.of(2, 3, 20, 30));
        assertThat(source(conv(1, 3, 200, 200))).isEqualTo(Dims.of(1, 3, 200, 200));
        assertThat(source(conv(0, 3, 20, 0))).isEqualTo(Dims.of(1, 3, 20, 5 + 3 + 1));
        assertThat(source(conv(-1, -1, -1, -1))).isEqualTo(Dims.of(1, 3, 7, 9));
        assertThat(source(with(model(node("Conv")), raw("w", 4, 3, 3, 5)))).isEqualTo(Dims.of(1, 3, 7, 9));
        var inner = with(model(node("Conv")), raw("w", 4, 3, 3, 5));
        inner.getGraphBuilder().addValueInfo(value("x", 0, 3, 11, 12));
        assertThat(source(inner)).isEqualTo(Dims.of(1, 3, 11, 12));
        assertThatThrownBy(() -> source(conv(1, 3, 20)))
                .isExactlyInstanceOf(ExchangeException.class)
                .hasMessageContaining("X must have 4 axes, but was [1, 3, 20]");
    }

    @Test
    void random_shapeThatIsTooLarge_isSaid() {
        assertThatThrownBy(() -> source(conv(1 << 20, 3, 1 << 10, 1 << 10)))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("random data of 3298534883328 elements");
        assertThatThrownBy(() -> source(conv(1, 3, 1 << 13, 1 << 13)))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("random data of 201326592 elements");
        assertThatThrownBy(() -> source(conv(Long.MAX_VALUE, 3, Long.MAX_VALUE, 9)))
                .isExactlyInstanceOf(ExchangeException.class)
                .hasMessageContaining("X ");
    }

    @Test
    void random_samePositionAndSeed_isTheSame() throws ExchangeException {
        try (OnnxTestCase a = random(conv());
                OnnxTestCase b = random(conv())) {
            assertThat(a.src().toFloatArray()).containsExactly(b.src().toFloatArray());
        }
    }

    /** Whatever the attributes are, the layer can be applied to the source. */
    @Test
    void random_anyGeometry_fits() throws ExchangeException {
        NodeProto.Builder[] nodes = {
            node("Conv").addAttribute(ints("dilations", 7, 2)).addAttribute(ints("strides", 3, 1)),
            node("Conv").addAttribute(string("auto_pad", "SAME_LOWER")).addAttribute(ints("strides", 2, 5)),
            node("ConvTranspose").addAttribute(ints("pads", 9, 9, 9, 9)),
            node("ConvTranspose").addAttribute(ints("strides", 2, 2)).addAttribute(ints("output_padding", 1, 1)),
            node("ConvTranspose").addAttribute(ints("output_shape", 10, 1)).addAttribute(ints("strides", 2, 4)),
            node("ConvTranspose")
                    .addAttribute(ints("output_shape", 14, 28))
                    .addAttribute(ints("strides", 2, 4))
                    .addAttribute(string("auto_pad", "SAME_UPPER")),
            node("ConvTranspose").addAttribute(string("auto_pad", "VALID")).addAttribute(ints("dilations", 2, 3)),
        };
        for (NodeProto.Builder node : nodes) {
            try (OnnxTestCase test = random(with(model(node), raw("w", 3, 3, 3, 4)))) {
                var layer = ((OnnxConvolution) test.layer()).descriptor();
                Dims dst = new ConvolutionProblem(layer, test.src().dims()).dstDims();
                assertThat(dst.elements()).as(layer + "").isLessThan(10_000);
            }
        }
    }

    @Test
    void random_pooling_hasChannelsAndAxes() throws ExchangeException {
        assertThat(source(model(pooling("MaxPool")
                        .addAttribute(ints("kernel_shape", 2, 3, 4))
                        .addAttribute(ints("strides", 2, 2, 2)))))
                .isEqualTo(Dims.of(1, 17, 9, 10, 11));
        assertThat(source(model(pooling("GlobalAveragePool")))).isEqualTo(Dims.of(1, 17, 7, 7));
        var volume = model(pooling("GlobalMaxPool"));
        volume.getGraphBuilder().setInput(0, value("x", 0, 5, 0, 0, 2));
        assertThat(source(volume)).isEqualTo(Dims.of(1, 5, 7, 7, 2));
    }

    @Test
    void random_deformable_hasOffsetsAndMask() throws ExchangeException {
        var node = node("DeformConv", "offsets", "", "mask").addAttribute(integer("offset_group", 1));
        try (OnnxTestCase test = random(with(model(node), raw("w", 2, 3, 3, 3)))) {
            assertThat(test.src().dims()).isEqualTo(Dims.of(1, 3, 7, 7));
            assertThat(test.offsets().dims()).isEqualTo(Dims.of(1, 18, 5, 5));
            assertThat(Objects.requireNonNull(test.mask()).dims()).isEqualTo(Dims.of(1, 9, 5, 5));
        }
    }

    @Test
    void random_weightsThatTheGraphTakes_areDrawn() throws ExchangeException {
        var proto = model(node("Conv", "b"));
        proto.getGraphBuilder().addInput(value("w", 4, 3, 3)).addInput(value("b", 4));
        try (OnnxTestCase test = random(proto)) {
            var layer = (OnnxConvolution) test.layer();
            assertThat(layer.weights().dims()).isEqualTo(Dims.of(4, 3, 3));
            assertThat(layer.weights().toFloatArray()).doesNotContain(0);
            assertThat(Objects.requireNonNull(layer.bias()).dims()).isEqualTo(Dims.of(4));
        }
    }

    @Test
    void random_weightsThatOthersCompute_areNamed() {
        var proto = model(NodeProto.newBuilder().setOpType("DequantizeLinear").addOutput("w"), node("Conv"));
        assertThatThrownBy(() -> random(proto))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("weights that DequantizeLinear computes");
        assertThatThrownBy(() -> random(model(node("Conv"))))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("weights of unknown extents");
        assertThatThrownBy(() -> random(model(pooling("LpPool").addAttribute(integer("p", 2)))))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("Lp pooling (LpPool)");
    }

    @Test
    void random_weightsByIdentity_areTheConstants() throws ExchangeException {
        var identity =
                NodeProto.newBuilder().setOpType("Identity").addInput("v").addOutput("w");
        try (OnnxTestCase test = random(with(model(identity, node("Conv")), raw("v", 1, 1, 2)))) {
            assertThat(((OnnxConvolution) test.layer()).weights().toFloatArray())
                    .containsExactly(1, 2);
        }
    }

    @Test
    void random_sourceOfATypeThatNoPoolingTakes_isNamed() {
        for (var type : Map.of(TensorProto.DataType.INT32, "s32", TensorProto.DataType.DOUBLE, "DOUBLE")
                .entrySet()) {
            assertThatThrownBy(() -> random(maxPool(type.getKey())))
                    .isInstanceOf(UnsupportedFeatureException.class)
                    .hasMessageContaining("element type " + type.getValue());
        }
    }

    @Test
    void random_poolingOfAnotherType_hasThatType() throws ExchangeException {
        for (var type : Map.of(TensorProto.DataType.UINT8, DataType.U8, TensorProto.DataType.FLOAT16, DataType.F16)
                .entrySet()) {
            try (OnnxTestCase random = random(maxPool(type.getKey()))) {
                assertThat(random.src().dataType()).isEqualTo(type.getValue());
                assertThat(((OnnxPooling) random.layer()).descriptor().dataType())
                        .isEqualTo(type.getValue());
            }
        }
    }

    private static ModelProto.Builder maxPool(TensorProto.DataType type) {
        var proto = model(pooling("MaxPool").addAttribute(ints("kernel_shape", 2)));
        var x = value("x", 1, 1, 5);
        x.getTypeBuilder().getTensorTypeBuilder().setElemType(type.getNumber());
        proto.getGraphBuilder().setInput(0, x);
        return proto;
    }
}
