package io.github.faltung.fuzz;

import io.github.faltung.exchange.ExchangeException;
import io.github.faltung.exchange.OnnxConvolution;
import io.github.faltung.exchange.OnnxLayer;
import io.github.faltung.exchange.OnnxModel;
import io.github.faltung.exchange.OnnxNode;
import io.github.faltung.exchange.OnnxTestCase;
import io.github.faltung.exchange.RandomNodes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** ONNX models: their nodes, layers, and random data for these. */
final class OnnxModelTarget extends SpoiltTarget {
    static final List<String> WORDS = List.of(
            "Conv",
            "ConvTranspose",
            "ConvInteger",
            "QLinearConv",
            "DeformConv",
            "MaxPool",
            "AveragePool",
            "GlobalAveragePool",
            "GlobalMaxPool",
            "LpPool",
            "kernel_shape",
            "strides",
            "dilations",
            "pads",
            "auto_pad",
            "SAME_UPPER",
            "SAME_LOWER",
            "VALID",
            "NOTSET",
            "group",
            "output_padding",
            "output_shape",
            "offset_group",
            "ceil_mode",
            "count_include_pad",
            "storage_order",
            "ai.onnx",
            "Reshape",
            "Transpose",
            "Constant",
            "x",
            "w",
            "b",
            "y",
            "");

    private static final int MODELS = 40;

    /** Of weights, for each byte of a file: an f32 for what is stored as one byte. */
    private static final long MOST_BYTES = 4;

    /** For random data: a buffer for each 65,536 of at most 2²⁶ numbers of each of three operands. */
    private static final long BUFFERS_BYTES = 3 * (1L << 10) * (24 << 10);

    OnnxModelTarget() {
        super("onnx-model", sound(), WORDS, List.of(ExchangeException.class));
    }

    private static List<byte[]> sound() {
        var random = new SplittableRandom(1);
        return Stream.generate(() -> RandomNodes.draw(random).model().toByteArray())
                .limit(MODELS)
                .toList();
    }

    @Override
    long mostHeapBytes(byte[] input) {
        return super.mostHeapBytes(input) + BUFFERS_BYTES;
    }

    @Override
    void feed(byte[] input) throws IOException {
        Path file = file("model.onnx", input);
        OnnxModel model = OnnxModel.read(file);
        for (OnnxNode node : model.nodes()) {
            OnnxTestCase.random(model, node, 1).close();
            try (OnnxLayer layer = model.layer(node)) {
                if (layer instanceof OnnxConvolution convolution
                        && convolution.weights().bytes() > MOST_BYTES * input.length) {
                    throw new AssertionError(convolution.weights() + " of " + input.length + " bytes");
                }
            }
        }
    }
}
