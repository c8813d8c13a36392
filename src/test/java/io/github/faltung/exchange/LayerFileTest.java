package io.github.faltung.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Padding;
import io.github.faltung.convolution.PostOp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayerFileTest {
    private static final String LEAST = "\"inputChannels\": 2, \"outputChannels\": 4, \"kernel\": [3, 5]";

    @TempDir
    private Path folder;

    private ConvolutionDescriptor read(String json) throws IOException {
        return LayerFile.read(Files.writeString(folder.resolve("layer.json"), json));
    }

    @Test
    void read_requiredFieldsOnly_hasTheUsualDefaults() throws IOException {
        assertThat(read("{" + LEAST + "}"))
                .isEqualTo(ConvolutionDescriptor.conv2d(2, 4).kernel(3, 5).build());
    }

    @Test
    void read_allFields_isTheDescriptor() throws IOException {
        assertThat(read("{" + LEAST + ", \"groups\": 2, \"strides\": 2, \"dilation\": [1, 2],"
                        + " \"padding\": {\"begin\": [1, 2], \"end\": 0}, \"transposed\": true, \"outputPadding\": [1, 0],"
                        + " \"flipKernel\": true, \"postOps\": [\"relu:0.5\", \"sum\", \"add:1*2*3*4\"]}"))
                .isEqualTo(ConvolutionDescriptor.transposed2d(2, 4)
                        .groups(2)
                        .kernel(3, 5)
                        .stride(2)
                        .dilation(1, 2)
                        .padding(Padding.explicit(List.of(1, 2), List.of(0, 0)))
                        .outputPadding(1, 0)
                        .flipKernel()
                        .postOps(PostOp.leakyRelu(0.5f), PostOp.sum(), PostOp.add(1, 2, 3, 4))
                        .build());
        assertThat(read("{" + LEAST + ", \"transposed\": true, \"outputSize\": [9, 8], \"strides\": 2,"
                                + "\"padding\": \"SAME_LOWER\"}")
                        .outputSize())
                .containsExactly(9, 8);
        assertThat(read("{" + LEAST + ", \"padding\": 1}").padding())
                .isEqualTo(Padding.explicit(List.of(1, 1), List.of(1, 1)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "|must be a JSON object",
                "[]|must be a JSON object",
                "{|must be JSON",
                "{}|kernel must have 1 to 3",
                "{LEAST} 1|goes on",
                "{LEAST, LEAST}|Duplicate",
                "{LEAST, \"stride\": 2}|'stride'",
                "{LEAST, \"groups\": 1.5}|'1.5'",
                "{LEAST, \"groups\": 99999999999}|range",
                "{LEAST, \"groups\": 3}|groups must divide",
                "{LEAST, \"transposed\": 1}|true or false",
                "{LEAST, \"padding\": \"same\"}|'same'",
                "{LEAST, \"padding\": -1}|must not be negative",
                "{LEAST, \"padding\": {\"left\": 1}}|'left'",
                "{LEAST, \"padding\": [[1]]}|whole number",
                "{LEAST, \"strides\": [1, 2, 3]}|strides must have 2",
                "{LEAST, \"postOps\": \"relu\"}|array of strings",
                "{LEAST, \"postOps\": [\"relu --flip-kernel\"]}|such as relu",
                "{LEAST, \"postOps\": [\"prelu:1*2\"]}|one for each of 4 channels",
                "{LEAST, \"postOps\": [7]}|such as relu",
                "{LEAST, \"postOps\": [\"rely\"]}|'rely'"
            })
    void read_wrong_namesFileAndField(String json, String message) {
        String text = json == null ? "" : json.replace("LEAST", LEAST);
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(ExchangeException.class)
                .hasMessageContainingAll("layer.json", message == null ? "must" : message);
    }

    @Test
    void read_deepNesting_isRefused() {
        assertThatThrownBy(() -> read("{\"kernel\": " + "[".repeat(100_000))).isInstanceOf(ExchangeException.class);
    }
}
