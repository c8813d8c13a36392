package io.github.faltung.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.github.faltung.exchange.OnnxModels;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code verify --onnx} on folders of our own, and on ONNX's where they stand beside the checkout. */
class VerifyOnnxTest {
    private static final Path CONFORMANCE =
            Path.of(System.getProperty("faltung.conformance", "../shared/conformance"), "onnx");

    /** Three engines, two layouts. */
    private static final int RUNS = 6;

    /** How many of ONNX's data sets are of one node that runs, and how many are not. */
    private static final int SUPPORTED = 106;

    private static final int OTHERS = 0;

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int verify(String... args) {
        CommandLine command = FaltungCommand.commandLine();
        command.setOut(new PrintWriter(out));
        command.setErr(new PrintWriter(err));
        var all = new ArrayList<>(List.of("verify"));
        all.addAll(List.of(args));
        return command.execute(all.toArray(String[]::new));
    }

    private String lastLine() {
        return out.toString().lines().reduce((a, b) -> b).orElse("");
    }

    private void write(String name, ModelProto.Builder model, float... output) throws IOException {
        Path set = Files.createDirectories(folder.resolve(name).resolve("test_data_set_0"));
        Files.write(set.resolveSibling("model.onnx"), model.build().toByteArray());
        Files.write(
                set.resolve("input_0.pb"), OnnxModels.raw("x", 1, 1, 3).build().toByteArray());
        Files.write(
                set.resolve("output_0.pb"),
                OnnxModels.typed("y", output, 1, 1, output.length).build().toByteArray());
    }

    private static ModelProto.Builder conv() {
        return OnnxModels.with(OnnxModels.model(OnnxModels.node("Conv")), OnnxModels.raw("w", 1, 1, 2));
    }

    @Test
    void verify_rightWrongBrokenAndToCome_areCounted() throws IOException {
        write("right", conv(), 5, 8);
        assertThat(verify("--onnx", folder.toString(), "-v")).isZero();
        assertThat(lastLine()).isEqualTo("6 passed, 0 failed, 0 skipped");
        assertThat(out.toString()).contains("[onednn channels_last]", "[reference channels_first] java");
        write("wrong", conv(), 5, 9);
        write("broken", OnnxModels.model(OnnxModels.node("Conv")), 5, 8);
        write("to-come", OnnxModels.model(pooling("LpPool")), 5, 8);
        assertThat(verify("--onnx", folder.toString(), "--engine=reference", "--layout=nchw"))
                .isEqualTo(1);
        assertThat(lastLine()).isEqualTo("1 passed, 2 failed, 1 skipped");
        assertThat(out.toString())
                .contains("SKIPPED to-come/test_data_set_0 [reference channels_first]: not supported yet: Lp pooling")
                .contains("FAILED broken/test_data_set_0", "must be a constant or be given")
                .contains("FAILED wrong/test_data_set_0 [reference channels_first]", "expected 8.0, found 9.0");
    }

    @Test
    void verify_wrongArguments_areRefused() {
        assertThat(verify()).isEqualTo(2);
        assertThat(verify("--onnx", folder.toString(), "ic1iw1oc1kw1")).isEqualTo(2);
        assertThat(verify("--onnx", folder.resolve("none").toString())).isEqualTo(1);
        assertThat(verify("--onnx", folder.toString())).isEqualTo(1);
        assertThat(err.toString())
                .contains("PROBLEMS or --onnx is missing", "--onnx goes without PROBLEMS")
                .contains("--onnx must be a model or a folder", "there must be an .onnx model");
    }

    @Test
    void verify_allEngines_runsProblemsOnBoth() {
        assertThat(verify("--engine=all", "ic2iw5oc3kw2")).isZero();
        assertThat(out.toString()).contains("onednn against reference", "reference against scatter");
        assertThat(lastLine()).isEqualTo("6 passed, 0 failed, 0 skipped");
    }

    /** Real networks' geometries: each node runs on both engines in both layouts, what is not supported says so, the rest is counted. */
    @Test
    void verify_modelsWithoutData_runEachNodeOnRandomData() throws IOException {
        var net = OnnxModels.with(
                OnnxModels.model(
                        OnnxModels.node("Conv").setName("first").addAttribute(OnnxModels.ints("dilations", 2, 1)),
                        OnnxModels.node("Relu"),
                        OnnxModels.node("ConvTranspose").addAttribute(OnnxModels.ints("strides", 2, 2)),
                        pooling("GlobalAveragePool"),
                        pooling("LpPool"),
                        OnnxModels.node("Conv").setInput(1, "y").setName("computed")),
                OnnxModels.raw("w", 2, 2, 3, 3));
        Path file = Files.write(folder.resolve("net.onnx"), net.build().toByteArray());
        assertThat(verify("--onnx", file.toString(), "-v", "--seed=4"))
                .as(out.toString())
                .isZero();
        assertThat(lastLine()).isEqualTo("18 passed, 0 failed, 12 skipped");
        assertThat(out.toString())
                .contains(
                        "net.onnx: opset 22, 5 convolutions and poolings with random sources, 1 other nodes ignored {Relu=1}",
                        "PASSED net.onnx: Conv 'first' [onednn channels_last]",
                        "not supported yet: Lp pooling (LpPool)",
                        "not supported yet: weights that Conv computes");
        write("conv", conv(), 5, 8);
        Files.write(folder.resolve("broken.onnx"), new byte[] {1, 2, 3});
        assertThat(verify("--onnx", folder.toString())).isEqualTo(1);
        assertThat(lastLine()).isEqualTo("24 passed, 6 failed, 12 skipped");
        assertThat(out.toString()).contains("1 data sets and 2 models", "FAILED broken.onnx");
    }

    @Test
    void verify_optionsThatWouldDoNothing_areRefused() throws IOException {
        write("conv", conv(), 5, 8);
        String[] options = {"--data-type=f32", "--direction=forward", "--transposed", "--minibatch=2", "--fill=real"};
        for (String option : options) {
            assertThat(verify("--onnx", folder.toString(), option)).isEqualTo(2);
            assertThat(err.toString())
                    .contains(option.replaceAll("=.*", "") + " is for PROBLEMS; with --onnx the models say it");
        }
        assertThat(verify("--onnx", folder.toString(), "--layout=nhwc", "--engine=onednn", "--seed=2"))
                .isZero();
        assertThat(lastLine()).isEqualTo("1 passed, 0 failed, 0 skipped");
    }

    /** Ours stand for ONNX's in any case; where those are, too, they are run. */
    @Test
    void verify_backendTests_passOrNameTheMissingFeature() throws IOException {
        write("conv", conv(), 5, 8);
        write("max", OnnxModels.model(pooling("MaxPool").addAttribute(OnnxModels.ints("kernel_shape", 2))), 2, 3);
        write(
                "mean",
                OnnxModels.model(pooling("AveragePool").addAttribute(OnnxModels.ints("kernel_shape", 2))),
                1.5f,
                2.5f);
        write("global-max", OnnxModels.model(pooling("GlobalMaxPool")), 3);
        write("global-mean", OnnxModels.model(pooling("GlobalAveragePool")), 2);
        write(
                "indices",
                OnnxModels.model(pooling("MaxPool")
                        .addAttribute(OnnxModels.ints("kernel_shape", 2))
                        .addOutput("i")),
                2,
                3);
        write("to-come", OnnxModels.model(pooling("LpPool")), 5, 8);
        assertPassOrSkipped(folder, 6, 2);
        if (Files.isDirectory(CONFORMANCE)) {
            assertPassOrSkipped(CONFORMANCE, SUPPORTED, OTHERS);
        }
    }

    private static NodeProto.Builder pooling(String opType) {
        return OnnxModels.node(opType).clearInput().addInput("x");
    }

    private void assertPassOrSkipped(Path sets, int supported, int others) {
        assertThat(verify("--onnx", sets.toString())).as(out.toString()).isZero();
        assertThat(lastLine()).isEqualTo(RUNS * supported + " passed, 0 failed, " + RUNS * others + " skipped");
        assertThat(out.toString().lines().filter(line -> line.startsWith("SKIPPED")))
                .allMatch(line -> line.matches(
                        ".*not supported yet: (indices|element type|Lp pooling|models of several nodes).*"));
    }
}
