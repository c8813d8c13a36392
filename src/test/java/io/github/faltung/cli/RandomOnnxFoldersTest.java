package io.github.faltung.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.OrtException;
import io.github.faltung.exchange.LargeSums;
import io.github.faltung.exchange.OnnxRuntime;
import io.github.faltung.exchange.RandomNodes;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/**
 * Backend test folders that ONNX Runtime makes of random nodes of every kind: {@code verify --onnx} passes them all, on both engines in both
 * layouts, as if someone else had written them.
 */
@Tag("native")
@DisabledOnOs(value = OS.MAC, architectures = "x86_64", disabledReason = "ONNX Runtime has no natives there")
class RandomOnnxFoldersTest {
    private static final long SEED = Long.getLong("faltung.seed", System.nanoTime());

    private static final int NODES = Integer.getInteger("faltung.nodes", 200);

    @TempDir
    private Path folder;

    @Test
    void verify_foldersMadeByOnnxRuntime_allPass() throws IOException, OrtException {
        var random = new SplittableRandom(SEED);
        for (int i = 0; i < NODES; i++) {
            write(i, RandomNodes.draw(random));
        }
        assertAllPass(NODES);
    }

    /** ONNX Runtime's sums of more than 2²⁴ are exact, and read so; ours are within the rounding to f32. */
    @ParameterizedTest
    @CsvSource({"0, 0, 1", "0, 0, 3", "3, 0, 3", "255, 0, 1", "3, 5, 3"})
    void verify_sumsBeyondFloats_passToo(int srcZeroPoint, int weightsZeroPoint, int kernel)
            throws IOException, OrtException {
        write(0, LargeSums.draw(new SplittableRandom(SEED), srcZeroPoint, weightsZeroPoint, kernel));
        assertAllPass(1);
    }

    private void write(int number, RandomNodes.Drawn drawn) throws IOException, OrtException {
        byte[] model = drawn.model().toByteArray();
        String operator = drawn.model().getGraph().getNode(0).getOpType();
        TensorProto y = OnnxRuntime.output(model, drawn.src());
        Path set =
                Files.createDirectories(folder.resolve(operator + "_" + number).resolve("test_data_set_0"));
        Files.write(set.resolveSibling("model.onnx"), model);
        Files.write(set.resolve("input_0.pb"), drawn.src().toByteArray());
        Files.write(set.resolve("output_0.pb"), y.toByteArray());
    }

    private void assertAllPass(int nodes) {
        var out = new StringWriter();
        CommandLine command = FaltungCommand.commandLine();
        command.setOut(new PrintWriter(out));
        command.setErr(new PrintWriter(out));
        command.execute("verify", "--onnx", folder.toString());
        assertThat(out.toString().lines())
                .as("-Dfaltung.seed=" + SEED + " -Dfaltung.nodes=" + NODES + "\n" + out)
                .endsWith(6 * nodes + " passed, 0 failed, 0 skipped");
    }
}
