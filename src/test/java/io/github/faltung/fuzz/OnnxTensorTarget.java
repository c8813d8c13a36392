package io.github.faltung.fuzz;

import io.github.faltung.exchange.ExchangeException;
import io.github.faltung.exchange.OnnxModels;
import io.github.faltung.exchange.OnnxTestCase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** ONNX tensors, as source, weights and expected output of a backend test folder. */
final class OnnxTensorTarget extends SpoiltTarget {
    /** What a data set has; the first byte of an input says which of them the others are. */
    private static final List<String> FILES = List.of("input_0.pb", "input_1.pb", "output_0.pb");

    /** What is in them if they are not spoilt. */
    private static final List<byte[]> SOUND = List.of(
            OnnxModels.raw("x", 1, 2, 8).build().toByteArray(),
            OnnxModels.typed("w", new float[12], 2, 2, 3).build().toByteArray(),
            OnnxModels.raw("y", 1, 2, 6).build().toByteArray());

    private final Path set = folder().resolve("test_data_set_0");

    OnnxTensorTarget() {
        super("onnx-tensor", inputs(), OnnxModelTarget.WORDS, List.of(ExchangeException.class));
        try {
            Files.createDirectories(set);
            var model = OnnxModels.model(OnnxModels.node("Conv"));
            model.getGraphBuilder()
                    .clearInput()
                    .addInput(OnnxModels.value("x", 1, 2, 8))
                    .addInput(OnnxModels.value("w", 2, 2, 3));
            Files.write(folder().resolve("model.onnx"), model.build().toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<byte[]> inputs() {
        return List.of(withIndex(0), withIndex(1), withIndex(2));
    }

    private static byte[] withIndex(int index) {
        byte[] tensor = SOUND.get(index);
        var input = new byte[1 + tensor.length];
        input[0] = (byte) index;
        System.arraycopy(tensor, 0, input, 1, tensor.length);
        return input;
    }

    @Override
    void feed(byte[] input) throws IOException {
        var choices = new Choices(input);
        int spoilt = choices.below(FILES.size());
        for (int i = 0; i < FILES.size(); i++) {
            Files.write(set.resolve(FILES.get(i)), i == spoilt ? choices.rest() : SOUND.get(i));
        }
        OnnxTestCase.read(set).close();
    }
}
