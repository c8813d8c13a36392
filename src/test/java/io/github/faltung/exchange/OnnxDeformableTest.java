package io.github.faltung.exchange;

import static io.github.faltung.exchange.OnnxModels.integer;
import static io.github.faltung.exchange.OnnxModels.ints;
import static io.github.faltung.exchange.OnnxModels.model;
import static io.github.faltung.exchange.OnnxModels.node;
import static io.github.faltung.exchange.OnnxModels.parse;
import static io.github.faltung.exchange.OnnxModels.raw;
import static io.github.faltung.exchange.OnnxModels.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.github.faltung.convolution.DeformableDescriptor;
import io.github.faltung.tensor.Dims;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** DeformConv nodes as layers, and their offsets and masks as data. */
class OnnxDeformableTest {
    @TempDir
    private Path folder;

    private static OnnxDeformable layer(ModelProto.Builder proto) throws ExchangeException {
        OnnxModel model = parse(proto);
        return (OnnxDeformable) model.layer(model.nodes().get(0));
    }

    @Test
    void layer_deformConv_hasAttributesWeightsAndBias() throws ExchangeException {
        var node = node("DeformConv", "o", "b", "m")
                .addAttribute(integer("group", 2))
                .addAttribute(integer("offset_group", 3))
                .addAttribute(ints("kernel_shape", 2, 5))
                .addAttribute(ints("strides", 2, 1))
                .addAttribute(ints("pads", 1, 2, 1, 2));
        try (OnnxDeformable layer = layer(with(model(node), raw("w", 4, 3, 2, 5), raw("b", 4)))) {
            assertThat(layer.descriptor())
                    .isEqualTo(DeformableDescriptor.deformable2d(6, 4)
                            .kernel(2, 5)
                            .groups(2)
                            .offsetGroups(3)
                            .stride(2, 1)
                            .padding(1, 2)
                            .build());
            assertThat(layer.weights().dims()).isEqualTo(Dims.of(4, 3, 2, 5));
            assertThat(layer.bias()).isNotNull();
        }
        try (OnnxDeformable layer = layer(with(model(node("DeformConv", "o", "", "m")), raw("w", 4, 3, 1, 1)))) {
            assertThat(layer.bias()).isNull();
        }
    }

    @Test
    void layer_notAsItMustBe_isRefused() {
        assertThatThrownBy(() -> layer(with(model(node("DeformConv", "o")), raw("w", 4, 3, 2))))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("deformable convolution over 1 spatial axes");
        var groups = node("DeformConv", "o").addAttribute(integer("offset_group", 2));
        assertThatThrownBy(() -> layer(with(model(groups), raw("w", 4, 3, 1, 1))))
                .isExactlyInstanceOf(ExchangeException.class)
                .hasMessageContaining("offsetGroups must divide inputChannels, 3");
        assertThatThrownBy(() -> layer(model(node("DeformConv")))).hasMessageContaining("inputs must be 3 to 5");
    }

    @Test
    void read_testCase_hasOffsetsAndMask() throws IOException {
        var proto = with(model(node("DeformConv", "o", "", "m")), raw("w", 1, 1, 1, 1), raw("m", 1, 1, 1, 2));
        proto.getGraphBuilder().addInput(ValueInfoProto.newBuilder().setName("o"));
        Path set = Files.createDirectories(folder.resolve("case").resolve("test_data_set_0"));
        Files.write(set.resolveSibling("model.onnx"), proto.build().toByteArray());
        Files.write(set.resolve("input_0.pb"), raw("x", 1, 1, 1, 2).build().toByteArray());
        Files.write(set.resolve("input_1.pb"), raw("o", 1, 2, 1, 2).build().toByteArray());
        Files.write(set.resolve("output_0.pb"), raw("y", 1, 1, 1, 2).build().toByteArray());
        OnnxTestCase test = OnnxTestCase.read(set);
        try (test) {
            assertThat(test.offsets().dims()).isEqualTo(Dims.of(1, 2, 1, 2));
            assertThat(test.mask()).isNotNull();
        }
        assertThat(test.offsets().isClosed()).isTrue();
        Files.delete(set.resolve("input_1.pb"));
        assertThatThrownBy(() -> OnnxTestCase.read(set)).hasMessageContaining("input 2 must be a constant or be given");
    }
}
