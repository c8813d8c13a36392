package io.github.faltung.fuzz;

import io.github.faltung.exchange.ExchangeException;
import io.github.faltung.exchange.LayerFile;
import java.io.IOException;
import java.util.List;

/** Layers as JSON. */
final class LayerFileTarget extends SpoiltTarget {
    private static final List<String> WORDS = List.of(
            "\"inputChannels\":",
            "\"outputChannels\":",
            "\"groups\":",
            "\"kernel\":",
            "\"strides\":",
            "\"dilation\":",
            "\"padding\":",
            "\"transposed\":",
            "\"outputPadding\":",
            "\"outputSize\":",
            "\"flipKernel\":",
            "\"postOps\":",
            "\"types\":",
            "\"precision\":",
            "\"quantization\":",
            "\"begin\":",
            "\"end\":",
            "\"srcScale\":",
            "\"srcZeroPoint\":",
            "\"weightsScales\":",
            "\"weightsZeroPoints\":",
            "\"dstScale\":",
            "\"dstZeroPoint\":",
            "null",
            "true",
            "[",
            "]",
            "{",
            "}",
            ",",
            "\"",
            "[[[[",
            "1e999999999",
            "-1",
            "0",
            "2147483647",
            "2147483648",
            "1.5",
            "\"SAME_UPPER\"",
            "\"relu:0.1\"",
            "\"u8:s8:f32\"",
            "\"bf16\"",
            "\\ud800",
            "\ufeff");

    LayerFileTarget() {
        super(
                "layer-file",
                texts(List.of(
                        "{\"inputChannels\": 3, \"outputChannels\": 8, \"kernel\": [3, 3], \"strides\": 2, \"padding\": "
                                + "\"SAME_UPPER\", \"postOps\": [\"relu\", \"add:1\"]}",
                        "{\"inputChannels\": 4, \"outputChannels\": 4, \"groups\": 2, \"kernel\": [3], \"dilation\": [2], "
                                + "\"padding\": {\"begin\": [1], \"end\": 2}, \"flipKernel\": true, \"precision\": \"bf16\"}",
                        "{\"inputChannels\":2,\"outputChannels\":2,\"kernel\":[2,2,2],\"transposed\":true,\"outputPadding\":1,"
                                + "\"strides\":[2,2,2],\"padding\":0,\"outputSize\":[9,9,9]}",
                        "{\"inputChannels\":2,\"outputChannels\":2,\"kernel\":[1,1],\"types\":\"u8:s8:u8\",\"quantization\":"
                                + "{\"srcScale\":0.5,\"srcZeroPoint\":3,\"weightsScales\":[1,2],\"weightsZeroPoints\":0,"
                                + "\"dstScale\":2,\"dstZeroPoint\":1}}")),
                WORDS,
                List.of(ExchangeException.class));
    }

    @Override
    void feed(byte[] input) throws IOException {
        requireText(LayerFile.read(file("layer.json", input)));
    }
}
