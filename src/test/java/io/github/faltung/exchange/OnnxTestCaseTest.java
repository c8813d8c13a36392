package io.github.faltung.exchange;

import static io.github.faltung.exchange.OnnxModels.ints;
import static io.github.faltung.exchange.OnnxModels.model;
import static io.github.faltung.exchange.OnnxModels.node;
import static io.github.faltung.exchange.OnnxModels.raw;
import static io.github.faltung.exchange.OnnxModels.typed;
import static io.github.faltung.exchange.OnnxModels.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.github.faltung.tensor.Dims;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxTestCaseTest {
    @TempDir
    private Path folder;

    private Path write(String name, ModelProto.Builder model, TensorProto.Builder... inputs) throws IOException {
        Path set = Files.createDirectories(folder.resolve(name).resolve("test_data_set_0"));
        Files.write(set.resolveSibling("model.onnx"), model.build().toByteArray());
        for (int i = 0; i < inputs.length; i++) {
            Files.write(set.resolve("input_" + i + ".pb"), inputs[i].build().toByteArray());
        }
        Files.write(set.resolve("output_0.pb"), raw("y", 1, 1, 2).build().toByteArray());
        return set;
    }

    @Test
    void below_folders_areAllFoundInOrder() throws IOException {
        Path b = write("deep/b", model(node("Conv")));
        Path a = write("deep/a", model(node("Conv")));
        Path empty = Files.createDirectories(folder.resolve("empty"));
        Files.write(empty.resolve("model.onnx"), new byte[0]);
        assertThat(OnnxTestCase.below(folder)).containsExactly(a, b);
        assertThat(OnnxTestCase.below(folder.resolve("deep/b"))).containsExactly(b);
        Path other = Files.write(folder.resolve("deep/net.onnx"), new byte[0]);
        assertThat(OnnxModel.below(folder)).containsExactly(other, empty.resolve("model.onnx"));
        assertThat(OnnxModel.below(other)).containsExactly(other);
        assertThat(OnnxModel.below(a.resolveSibling("model.onnx"))).hasSize(1);
    }

    @Test
    void read_weightsAsInput_areTakenByNameOrPlace() throws IOException {
        ModelProto.Builder model = model(node("Conv"));
        model.getGraphBuilder().addInput(ValueInfoProto.newBuilder().setName("w"));
        Path byPlace = write("place", model, raw("", 1, 1, 3), raw("other", 1, 1, 2));
        Path byName = write("name", model, raw("w", 1, 1, 2), raw("x", 1, 1, 3));
        for (Path set : new Path[] {byPlace, byName}) {
            try (OnnxTestCase test = OnnxTestCase.read(set)) {
                assertThat(test.src().dims()).isEqualTo(Dims.of(1, 1, 3));
                assertThat(((OnnxConvolution) test.layer()).weights().dims()).isEqualTo(Dims.of(1, 1, 2));
                assertThat(Objects.requireNonNull(test.expected()).dims()).isEqualTo(Dims.of(1, 1, 2));
            }
        }
    }

    /** As IR version 3 has it: initialisers are inputs too, but no file is for them. */
    @Test
    void read_initialiserAmongTheInputs_isSkippedInCounting() throws IOException {
        ModelProto.Builder model = with(model(node("Conv")), typed("w", new float[] {1, 2}, 1, 1, 2));
        model.getGraphBuilder().addInput(0, ValueInfoProto.newBuilder().setName("w"));
        Path set = write("ir3", model, raw("", 1, 1, 3));
        OnnxTestCase test = OnnxTestCase.read(set);
        test.close();
        assertThat(test.src().isClosed()).isTrue();
        assertThat(((OnnxConvolution) test.layer()).weights().isClosed()).isTrue();
    }

    @Test
    void read_whatIsMissing_isSaid() throws IOException {
        Path noSource = write("x", with(model(node("Conv")), raw("w", 1, 1, 2)));
        assertThatThrownBy(() -> OnnxTestCase.read(noSource)).hasMessageContaining("X must be among the inputs");
        Path more = write("more", with(model(node("Conv")), raw("w", 1, 1, 2)), raw("", 1, 1, 3), raw("z", 1));
        assertThatThrownBy(() -> OnnxTestCase.read(more)).hasMessageContainingAll("input_1.pb", "'z'");
        Path nodes = write("nodes", model(node("Conv"), node("Conv")));
        assertThatThrownBy(() -> OnnxTestCase.read(nodes)).isInstanceOf(UnsupportedFeatureException.class);
        Path none = write("none", model());
        assertThatThrownBy(() -> OnnxTestCase.read(none)).hasMessageContaining("must have a node");
        Path noOutput = write("out", with(model(node("Conv")), raw("w", 1, 1, 2)), raw("", 1, 1, 3));
        Files.delete(noOutput.resolve("output_0.pb"));
        assertThatThrownBy(() -> OnnxTestCase.read(noOutput)).hasMessageContaining("output_0.pb: must be a file");
        Files.write(noOutput.resolve("output_0.pb"), new byte[] {10, 127, 1});
        assertThatThrownBy(() -> OnnxTestCase.read(noOutput)).hasMessageContaining("must be an ONNX tensor");
    }

    private static NodeProto.Builder reshape(String opType, String from, String to, long... axes) {
        var node = NodeProto.newBuilder().setOpType(opType).addInput(from).addOutput(to);
        return axes.length == 0 ? node : node.addAttribute(ints("axes", axes));
    }

    /** A 1-D convolution as PyTorch once exported it: lifted to 2-D and back, so that the elements stay where they are. */
    @Test
    void read_nodeAmidReshapes_hasTheDimsOfTheNode() throws IOException {
        NodeProto.Builder conv = node("Conv").clearOutput().addOutput("c").setInput(0, "l");
        var model = with(
                model(
                        reshape("Identity", "x", "i"),
                        reshape("Unsqueeze", "i", "l", -1),
                        conv,
                        reshape("Squeeze", "c", "y", 3)),
                raw("w", 1, 1, 2, 1));
        try (OnnxTestCase test = OnnxTestCase.read(write("lifted", model, raw("x", 1, 1, 3)))) {
            assertThat(test.src().dims()).isEqualTo(Dims.of(1, 1, 3, 1));
            assertThat(test.src().toFloatArray()).containsExactly(1, 2, 3);
            assertThat(Objects.requireNonNull(test.expected()).dims()).isEqualTo(Dims.of(1, 1, 2, 1));
        }
        Path longer = write("longer", model, raw("x", 1, 1, 4));
        assertThatThrownBy(() -> OnnxTestCase.read(longer))
                .isExactlyInstanceOf(ExchangeException.class)
                .hasMessageContaining("output must have dims 1x1x3, but was 1x1x2");
    }

    @Test
    void read_axesAsAConstant_areTheSame() throws IOException {
        var axes = TensorProto.newBuilder()
                .setName("axes")
                .setDataType(TensorProto.DataType.INT64_VALUE)
                .addDims(1);
        NodeProto.Builder conv = node("Conv").setInput(0, "l").clearOutput().addOutput("c");
        for (TensorProto.Builder constant : List.of(
                axes.clone().addInt64Data(3),
                axes.clone().setRawData(ByteString.copyFrom(new byte[] {3, 0, 0, 0, 0, 0, 0, 0})))) {
            var model = with(
                    model(
                            reshape("Unsqueeze", "x", "l").addInput("axes"),
                            conv,
                            reshape("Squeeze", "c", "y").addInput("axes")),
                    raw("w", 1, 1, 2, 1),
                    constant);
            try (OnnxTestCase test = OnnxTestCase.read(write("constant", model, raw("x", 1, 1, 3)))) {
                assertThat(test.src().dims()).isEqualTo(Dims.of(1, 1, 3, 1));
            }
        }
    }

    @Test
    void read_otherNodesOrWrongAxes_areSaid() throws IOException {
        NodeProto.Builder conv = node("Conv").setInput(0, "l");
        Path relu = write("relu", with(model(reshape("Relu", "x", "l"), conv), raw("w", 1, 1, 2)), raw("x", 1, 1, 3));
        assertThatThrownBy(() -> OnnxTestCase.read(relu))
                .isInstanceOf(UnsupportedFeatureException.class)
                .hasMessageContaining("models of several nodes, [Relu, Conv]");
        Path circle = write(
                "circle",
                with(model(reshape("Identity", "m", "l"), reshape("Identity", "l", "m"), conv), raw("w", 1, 1, 2)),
                raw("x", 1, 1, 3));
        assertThatThrownBy(() -> OnnxTestCase.read(circle)).isInstanceOf(UnsupportedFeatureException.class);
        Path beyond = write(
                "beyond", with(model(reshape("Unsqueeze", "x", "l", 4), conv), raw("w", 1, 1, 2)), raw("x", 1, 1, 3));
        assertThatThrownBy(() -> OnnxTestCase.read(beyond))
                .isExactlyInstanceOf(ExchangeException.class)
                .hasMessageContaining("axes must be different ones of 4, but was [4]");
        Path notOne = write(
                "notOne", with(model(reshape("Squeeze", "x", "l", 2), conv), raw("w", 1, 1, 2)), raw("x", 1, 1, 3));
        assertThatThrownBy(() -> OnnxTestCase.read(notOne))
                .hasMessageContaining("axis 2 must be of extent 1, but was 3");
    }
}
