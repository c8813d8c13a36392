package io.github.faltung.exchange;

import static io.github.faltung.exchange.OnnxModels.empty;
import static io.github.faltung.exchange.OnnxModels.model;
import static io.github.faltung.exchange.OnnxModels.node;
import static io.github.faltung.exchange.OnnxModels.raw;
import static io.github.faltung.exchange.OnnxModels.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataLocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Weights that a model keeps in files beside it. */
class OnnxExternalDataTest {
    private static final int OFFSET = 64;

    @TempDir
    Path folder;

    /** Puts six floats behind 64 bytes of others, and 4 bytes after them. */
    @BeforeEach
    void writeData() throws IOException {
        var bytes = new byte[OFFSET + 24 + 4];
        raw("w", 2, 1, 3).getRawData().copyTo(bytes, OFFSET);
        Files.write(folder.resolve("m.onnx.data"), bytes);
        Files.createDirectory(folder.resolve("sub"));
        Files.write(folder.resolve("sub/w.bin"), raw("w", 2, 1, 3).getRawData().toByteArray());
    }

    /** Writes a model whose weights are elsewhere, by keys and values, and reads it. */
    private OnnxModel read(String... entries) throws IOException {
        TensorProto.Builder weights = empty("w", 2, 1, 3).setDataLocation(DataLocation.EXTERNAL);
        for (int i = 0; i < entries.length; i += 2) {
            weights.addExternalData(
                    StringStringEntryProto.newBuilder().setKey(entries[i]).setValue(entries[i + 1]));
        }
        Path file = folder.resolve("m.onnx");
        Files.write(
                file,
                with(model(node("Conv", "b")), weights, raw("b", 2)).build().toByteArray());
        return OnnxModel.read(file);
    }

    private static float[] weights(OnnxModel model) throws IOException {
        try (OnnxConvolution layer = (OnnxConvolution) model.layer(model.nodes().get(0))) {
            assertThat(Objects.requireNonNull(layer.bias()).toFloatArray()).containsExactly(1, 2);
            return layer.weights().toFloatArray();
        }
    }

    @Test
    void layer_partOfAFile_isThatPart() throws IOException {
        assertThat(weights(read("location", "m.onnx.data", "offset", "64", "length", "24")))
                .containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void layer_wholeFileInAFolderBelow_isThatFile() throws IOException {
        assertThat(weights(read("location", "./sub/w.bin", "checksum", "0"))).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void read_dataMissing_failsOnlyWhereTheyAreNeeded() throws IOException {
        OnnxModel model = read("location", "gone.data");
        assertThat(model.nodes()).hasSize(1);
        assertThatThrownBy(() -> weights(model))
                .isInstanceOf(ExchangeException.class)
                .hasMessageContaining("gone.data: must be a file, but there is none");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "../m.onnx.data| ''| ''| location must be the path of a file beside the model or below, but was '../m.onnx.data'",
                "/etc/passwd| ''| ''| location must be the path of a file beside the model or below, but was '/etc/passwd'",
                "''| ''| ''| location must be the path of a file beside the model or below, but there is none",
                "sub| ''| ''| must be a file, but is something else",
                "m.onnx.data| -1| 24| offset must be from 0 to 92 bytes, where the file ends, but was -1",
                "m.onnx.data| 93| 24| offset must be from 0 to 92 bytes, where the file ends, but was 93",
                "m.onnx.data| 64| 29| length must be from 0 to 28 bytes, where the file ends, but was 29",
                "m.onnx.data| 64| 9999999999999999999| length must be a number of bytes, but was '9999999999999999999'",
                "m.onnx.data| 64| ''| raw_data must be the 6 elements of 2x1x3, 4 bytes each, but was 28 bytes"
            })
    void layer_brokenEntries_saysWhich(String location, String offset, String length, String message) {
        assertThatThrownBy(() -> {
                    OnnxModel model = offset.isEmpty()
                            ? read("location", location)
                            : length.isEmpty()
                                    ? read("location", location, "offset", offset)
                                    : read("location", location, "offset", offset, "length", length);
                    weights(model);
                })
                .isInstanceOf(ExchangeException.class)
                .hasMessageContaining(message);
    }

    @Test
    void layer_keyTwice_isRefused() {
        assertThatThrownBy(() -> weights(read("location", "m.onnx.data", "location", "sub/w.bin")))
                .isInstanceOf(ExchangeException.class)
                .hasMessageContaining("external_data must have each key once, but was again 'location'");
    }

    /** As text, {@code link/..} would be the folder of the link. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void layer_modelReachedThroughALink_hasTheWeightsBesideIt() throws IOException {
        read("location", "m.onnx.data", "offset", "64", "length", "24");
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Files.write(elsewhere.resolve("m.onnx.data"), new byte[OFFSET + 24]);
        Path link = Files.createSymbolicLink(elsewhere.resolve("link"), folder.resolve("sub"));
        assertThat(weights(OnnxModel.read(link.resolve("../m.onnx")))).containsExactly(1, 2, 3, 4, 5, 6);
    }
}
