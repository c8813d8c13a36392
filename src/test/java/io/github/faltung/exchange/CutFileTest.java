package io.github.faltung.exchange;

import static io.github.faltung.exchange.OnnxModels.ints;
import static io.github.faltung.exchange.OnnxModels.model;
import static io.github.faltung.exchange.OnnxModels.node;
import static io.github.faltung.exchange.OnnxModels.raw;
import static io.github.faltung.exchange.OnnxModels.typed;
import static io.github.faltung.exchange.OnnxModels.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files cut off at each byte: each is read, or an {@link ExchangeException}. {@code fuzz} spoils them in all other ways. */
class CutFileTest {
    @TempDir
    private Path folder;

    private byte[] npy = new byte[0];
    private byte[] onnx = new byte[0];

    /** Reads bytes, and says how large in elements what it read was. */
    private interface Reader {
        long read(byte[] bytes) throws IOException;
    }

    @BeforeEach
    void makeFiles() throws IOException {
        Path file = folder.resolve("whole.npy");
        try (Tensor tensor = Tensor.of(new float[24], Dims.of(2, 3, 4))) {
            NpyFile.write(file, tensor);
        }
        npy = Files.readAllBytes(file);
        onnx = with(
                        model(node("Conv", "b").addAttribute(ints("pads", 1, 1)), node("ConvTranspose", "c")),
                        raw("w", 2, 2, 3),
                        typed("b", new float[] {1, 2}, 2),
                        raw("c", 2))
                .build()
                .toByteArray();
    }

    private long readNpy(byte[] bytes) throws IOException {
        Path file = Files.write(folder.resolve("broken.npy"), bytes);
        try (Tensor tensor = NpyFile.read(file)) {
            return tensor.dims().elements();
        }
    }

    private static long readOnnx(byte[] bytes) throws IOException {
        OnnxModel model = OnnxModel.parse("broken.onnx", null, bytes);
        long elements = 0;
        for (OnnxNode node : model.nodes()) {
            try (var layer = (OnnxConvolution) model.layer(node)) {
                elements += layer.weights().dims().elements();
            }
        }
        return elements;
    }

    @Test
    void read_whole_isRead() throws IOException {
        assertThat(readNpy(npy)).isEqualTo(24);
        assertThat(readOnnx(onnx)).isEqualTo(24);
    }

    @Test
    void npy_cutAnywhere_isRefused() throws IOException {
        for (int length = 0; length < npy.length; length++) {
            assertThat(reads(this::readNpy, Arrays.copyOf(npy, length)))
                    .as("cut to %s", length)
                    .isFalse();
        }
    }

    @Test
    void onnx_cutAnywhere_isReadOrRefused() throws IOException {
        for (int length = 0; length < onnx.length; length++) {
            reads(CutFileTest::readOnnx, Arrays.copyOf(onnx, length));
        }
    }

    /** Returns whether the bytes were read; what they hold then can't be more than they are. */
    private static boolean reads(Reader reader, byte[] bytes) throws IOException {
        try {
            // Both nodes of the model may share their weights.
            assertThat(reader.read(bytes) * Float.BYTES).isLessThanOrEqualTo(2L * bytes.length);
            return true;
        } catch (ExchangeException e) {
            assertThat(e.getMessage()).contains("broken.").hasSizeLessThan(2_000);
            return false;
        }
    }
}
