package io.github.faltung.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.LayerTypes;
import io.github.faltung.convolution.Padding;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.convolution.Precision;
import io.github.faltung.convolution.Quantization;
import io.github.faltung.tensor.DataType;
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

    @Test
    void read_precision_isTheDescriptors() throws IOException {
        assertThat(read("{" + LEAST + "}").precision()).isEqualTo(Precision.STRICT);
        assertThat(read("{" + LEAST + ", \"precision\": \"split_bf16_3\"}").precision())
                .isEqualTo(Precision.SPLIT_BF16_3);
    }

    @Test
    void read_typesAndQuantization_areTheDescriptors() throws IOException {
        assertThat(read("{" + LEAST + ", \"types\": \"bf16\"}").types()).isEqualTo(LayerTypes.all(DataType.BF16));
        var full = read(
                "{" + LEAST + ", \"types\": \"u8:s8:s8\", \"quantization\": {\"srcScale\": 0.1, \"srcZeroPoint\": 128,"
                        + " \"weightsScales\": [1, 2, 3e-2, 4], \"weightsZeroPoints\": [1, -2, 3, 4], \"dstScale\": 5,"
                        + " \"dstZeroPoint\": -6}}");
        assertThat(full.types()).isEqualTo(new LayerTypes(DataType.U8, DataType.S8, DataType.S8));
        assertThat(full.quantization())
                .isEqualTo(new Quantization(0.1f, 128, List.of(1f, 2f, 0.03f, 4f), List.of(1, -2, 3, 4), 5, -6));
        var one = read("{" + LEAST + ", \"quantization\": {\"weightsScales\": 0.5}, \"types\": \"u8:s8:f32\"}");
        assertThat(one.quantization()).isEqualTo(Quantization.NONE.withWeights(List.of(0.5f)));
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
                "{LEAST, \"postOps\": [\"rely\"]}|'rely'",
                "{LEAST, \"precision\": 3}|precision must be a string such as bf16, but was '3'",
                "{LEAST, \"precision\": \"half\"}|precision must be one of [strict, split_bf16_6, split_bf16_3, bf16], but was 'half'",
                "{LEAST, \"precision\": \"bf16\", \"types\": \"f16\"}|precision must be strict unless all types are f32",
                "{LEAST, \"types\": 8}|types must be a string such as u8:s8:f32, but was '8'",
                "{LEAST, \"types\": \"u8:f32:u8\"}|weights must be s8 or u8",
                "{LEAST, \"types\": \"i8\"}|'i8'",
                "{LEAST, \"quantization\": 1}|must be an object",
                "{LEAST, \"quantization\": {\"scale\": 1}}|'scale'",
                "{LEAST, \"quantization\": {\"srcScale\": \"1\"}}|srcScale must be a number",
                "{LEAST, \"quantization\": {\"weightsScales\": [[1]]}}|weightsScales must be a number",
                "{LEAST, \"quantization\": {\"srcZeroPoint\": 0.5}}|srcZeroPoint must be a whole number",
                "{LEAST, \"quantization\": {\"srcScale\": 2}}|is for layers of 8-bit integers",
                "{LEAST, \"types\": \"s8\", \"quantization\": {\"srcScale\": 1e50}}|srcScale must be finite"
            })
    void read_wrong_namesFileAndField(String json, String message) {
        String text = json == null ? "" : json.replace("LEAST", LEAST);
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(ExchangeException.class)
                .hasMessageContainingAll("layer.json", message == null ? "must" : message);
    }

    /** What begins like UTF-32 is taken for it. */
    @Test
    void read_charactersThatAreNone_isRefused() throws IOException {
        byte[] bytes = {'{', 0, 0, 0, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff};
        Path file = Files.write(folder.resolve("layer.json"), bytes);

        assertThatThrownBy(() -> LayerFile.read(file))
                .isInstanceOf(ExchangeException.class)
                .hasMessageContaining("must be text in UTF-8");
    }

    @Test
    void read_numberOfManyDigits_isRefused() {
        assertThatThrownBy(() -> read("{" + LEAST + ", \"groups\": " + "9".repeat(2000) + "}"))
                .isInstanceOf(ExchangeException.class)
                .hasMessageContainingAll("layer.json", "must be JSON", "2000");
    }

    @Test
    void read_deepNesting_isRefused() {
        assertThatThrownBy(() -> read("{\"kernel\": " + "[".repeat(100_000))).isInstanceOf(ExchangeException.class);
    }
}
