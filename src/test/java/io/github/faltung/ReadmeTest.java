package io.github.faltung;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Padding;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The README's example compiles, runs, and is the one below. */
@Tag("native")
class ReadmeTest {
    @Test
    void example_runs() {
        float[] pixels = new float[3 * 300 * 451];
        float[] trained = new float[8 * 3 * 3 * 3];
        Arrays.fill(pixels, 1);
        Arrays.fill(trained, 1);

        // README begins
        var layer = ConvolutionDescriptor.conv2d(3, 8)
                .kernel(3, 3)
                .stride(2)
                .padding(Padding.same())
                .postOps(PostOp.relu())
                .build();
        try (Engine engine = Faltung.open();
                Tensor weights = Tensor.of(trained, layer.weightsDims());
                Convolution conv = engine.convolution(layer, weights)) { // the weights are copied, and packed once
            float[] features = conv.forward(pixels, Dims.of(1, 3, 300, 451)); // the convenient way
            try (Tensor src = Tensor.of(pixels, Dims.of(1, 3, 300, 451));
                    Tensor dst = Tensor.allocate(Dims.of(1, 8, 150, 226))) {
                conv.forward(src, dst); // the fast way: no allocation, no copy, any number of threads
                System.out.println(conv.explain(src.dims())); // what ran
                // README ends
                assertThat(dst.toFloatArray()).isEqualTo(features);
                assertThat(dst.get(0, 7, 75, 100)).isEqualTo(27);
            }
        }
    }

    @Test
    void readme_hasThatExample() throws IOException {
        List<String> source = Files.readAllLines(Path.of("src/test/java/io/github/faltung/ReadmeTest.java"));
        int from = indexOf(source, "// README begins") + 1;
        int to = indexOf(source, "// README ends");

        assertThat(folded(String.join("\n", Files.readAllLines(Path.of("README.md")))))
                .contains(folded(String.join("\n", source.subList(from, to))));
    }

    private static int indexOf(List<String> lines, String text) {
        return lines.stream().map(String::strip).toList().indexOf(text);
    }

    /** Line breaks and indentation are the formatter's business. */
    private static String folded(String text) {
        return text.replaceAll("\\s+", "");
    }
}
