package io.github.faltung.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.exchange.NpyFile;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

class RunCommandTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void writeFiles() throws IOException {
        Files.writeString(folder.resolve("layer.json"), "{\"inputChannels\": 1, \"outputChannels\": 2, \"kernel\": 2}");
        write("x", new float[] {1, 2, 3, 4}, 1, 1, 4);
        write("w", new float[] {1, 10, -1, 0}, 2, 1, 2);
        write("b", new float[] {0.5f, 0}, 2);
    }

    private void write(String name, float[] values, long... dims) throws IOException {
        try (Tensor tensor = Tensor.of(values, Dims.of(dims))) {
            NpyFile.write(folder.resolve(name + ".npy"), tensor);
        }
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private int run(String... more) {
        return runTo(path("y.npy"), more);
    }

    private int runTo(String dst, String... more) {
        CommandLine command = FaltungCommand.commandLine();
        command.setOut(new PrintWriter(out));
        command.setErr(new PrintWriter(err));
        var args = new ArrayList<>(List.of("run", path("layer.json"), "--dst", dst, "--src", path("x.npy")));
        args.addAll(List.of(more));
        return command.execute(args.toArray(String[]::new));
    }

    @ParameterizedTest
    @EnumSource(EngineChoice.class)
    void run_layerWithBias_writesItsOutput(EngineChoice engine) throws IOException {
        assertThat(run("--weights", path("w.npy"), "--bias", path("b.npy"), "--engine", engine.toString()))
                .as(err.toString())
                .isZero();
        try (Tensor y = NpyFile.read(folder.resolve("y.npy"))) {
            assertThat(y.dims()).isEqualTo(Dims.of(1, 2, 3));
            assertThat(y.toFloatArray()).containsExactly(21.5f, 32.5f, 43.5f, -1, -2, -3);
        }
        assertThat(out.toString()).contains("y.npy: 1x2x3 f32 by " + engine);
    }

    @Test
    void run_noBias_addsNone() throws IOException {
        assertThat(run("--weights", path("w.npy"), "-v")).isZero();
        assertThat(out.toString()).startsWith("conv ic1oc2kw2");
        try (Tensor y = NpyFile.read(folder.resolve("y.npy"))) {
            assertThat(y.toFloatArray()).containsExactly(21, 32, 43, -1, -2, -3);
        }
    }

    @Test
    void run_arraysOfOtherTypes_areConvertedWithoutLoss() throws IOException {
        try (Tensor x = Tensor.of(new int[] {1, 2, 3, 4}, DataType.U8, Dims.of(1, 1, 4), Layout.CHANNELS_FIRST);
                Tensor w = Tensor.allocate(DataType.F16, Dims.of(2, 1, 2), Layout.CHANNELS_FIRST);
                Tensor b = Tensor.of(new int[] {0, 16_777_217}, DataType.S32, Dims.of(2), Layout.CHANNELS_FIRST)) {
            w.copyFrom(new float[] {1, 10, -1, 0}, Layout.CHANNELS_FIRST);
            NpyFile.write(folder.resolve("x.npy"), x);
            NpyFile.write(folder.resolve("w16.npy"), w);
            NpyFile.write(folder.resolve("b32.npy"), b);
        }
        assertThat(run("--weights", path("w16.npy"))).as(err.toString()).isZero();
        try (Tensor y = NpyFile.read(folder.resolve("y.npy"))) {
            assertThat(y.toFloatArray()).containsExactly(21, 32, 43, -1, -2, -3);
        }
        assertThat(run("--weights", path("w16.npy"), "--bias", path("b32.npy"))).isEqualTo(1);
        assertThat(err.toString().lines())
                .hasSize(1)
                .first()
                .asString()
                .contains("b32.npy: s32 element [1] must be a number that f32 holds, but was 1.6777217E7");
    }

    @ParameterizedTest
    @EnumSource(EngineChoice.class)
    void run_quantizedLayer_writesItsOutputsType(EngineChoice engine) throws IOException {
        Files.writeString(folder.resolve("layer.json"), """
                {"inputChannels": 1, "outputChannels": 2, "kernel": 2, "types": "u8:s8:u8", "quantization": {
                "srcScale": 0.5, "srcZeroPoint": 1, "weightsScales": [1, 0.25], "weightsZeroPoints": 0,
                "dstScale": 0.25, "dstZeroPoint": 7}}
                """);
        write("x", new float[] {1, 3, 5, 7}, 1, 1, 4);
        assertThat(run("--weights", path("w.npy"), "--bias", path("b.npy"), "--engine", engine.toString()))
                .as(err.toString())
                .isZero();
        // x is 0, 1, 2, 3. First x + 10·next + ½: 10½, 21½, 32½, in quarters and 7 more. Then −x / 4.
        try (Tensor y = NpyFile.read(folder.resolve("y.npy"))) {
            assertThat(y.dataType()).isEqualTo(DataType.U8);
            assertThat(y.toFloatArray()).containsExactly(49, 93, 137, 7, 6, 5);
        }
        assertThat(out.toString()).contains("y.npy: 1x2x3 u8 by " + engine);
        assertThat(run("--weights", path("x.npy"))).isEqualTo(1);
        write("x", new float[] {1, 3, 5, 7.5f}, 1, 1, 4);
        assertThat(run("--weights", path("w.npy"))).isEqualTo(1);
        assertThat(err.toString()).contains("x.npy: f32 element [0, 0, 3] must be a number that u8 holds, but was 7.5");
    }

    @Test
    void run_weightsThatDoNotFit_exitsWith1AndWritesNothing() {
        assertThat(run("--weights", path("x.npy"), "--engine=reference")).isEqualTo(1);
        assertThat(err.toString().lines()).hasSize(1).first().asString().contains("weights");
        assertThat(folder.resolve("y.npy")).doesNotExist();
        assertThat(run("--weights", path("none.npy"))).isEqualTo(1);
        assertThat(err.toString()).contains("none.npy: must be a file");
        assertThat(run()).isEqualTo(2);
    }

    @Test
    void run_folderThatIsNotThere_isSaid() {
        String dst = path("none/y.npy");
        assertThat(runTo(dst, "--weights", path("w.npy"), "--engine=reference")).isEqualTo(1);
        assertThat(err.toString().lines())
                .containsExactly("faltung run: " + dst + ": must be in a folder, but there is none");
    }
}
