package io.github.faltung.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.checking.Arrangement;
import io.github.faltung.checking.Case;
import io.github.faltung.checking.CaseResult;
import io.github.faltung.checking.CaseRunner;
import io.github.faltung.checking.ConvolutionCase;
import io.github.faltung.checking.PoolingCase;
import io.github.faltung.checking.RunOptions;
import io.github.faltung.checking.Verdict;
import io.github.faltung.convolution.Engine;
import io.github.faltung.image.Picture;
import io.github.faltung.image.PictureFile;
import io.github.faltung.onednn.OneDnnEngine;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every convolution and pooling of trained networks, those of PaddleOCR: weights from the file, sources as ONNX Runtime makes them of a
 * photograph. Both engines in both layouts, and ONNX Runtime's own outputs, lie within the bound.
 */
@Tag("native")
@DisabledOnOs(value = OS.MAC, architectures = "x86_64", disabledReason = "ONNX Runtime has no natives there")
class TrainedNetworkTest {
    /** What PaddleOCR subtracts from and divides a pixel by: mean and deviation of ImageNet's red, green and blue. */
    private static final float[] MEAN = {0.485f, 0.456f, 0.406f};

    private static final float[] DEVIATION = {0.229f, 0.224f, 0.225f};

    /** A tenth of the usual price of a check, since there are nearly a thousand. */
    private static final RunOptions OPTIONS = RunOptions.defaults().withMultiplyAdds(200_000);

    private static final List<Arrangement> ARRANGEMENTS =
            List.of(Arrangement.of(Layout.CHANNELS_FIRST), Arrangement.of(Layout.CHANNELS_LAST));

    @ParameterizedTest
    @CsvSource({
        "ch_PP-OCRv3_det_infer, 192, 224, 'CONV=72, CONV_TRANSPOSE=2, GLOBAL_AVERAGE_POOL=8'",
        "ch_PP-OCRv4_det_infer, 96, 128, 'CONV=62, CONV_TRANSPOSE=2, GLOBAL_AVERAGE_POOL=10'",
        "ch_PP-OCRv3_rec_infer, 48, 48, 'AVERAGE_POOL=1, CONV=36, GLOBAL_AVERAGE_POOL=2'",
        "ch_ppocr_mobile_v2.0_cls_infer, 48, 192, 'CONV=53, GLOBAL_AVERAGE_POOL=10, MAX_POOL=1'"
    })
    void forward_everyNodeOnAPhotograph_isWithinTheBound(String name, int height, int width, String kinds)
            throws Exception {
        byte[] bytes = resource("/models/" + name + ".onnx");
        OnnxModel model = OnnxModel.parse(name, null, bytes);
        var counts = new TreeMap<String, Integer>();
        model.nodes().forEach(node -> counts.merge(node.kind().name(), 1, Integer::sum));
        assertThat(counts).hasToString("{" + kinds + "}");
        Map<String, Tensor> values = values(model, bytes, height, width);
        var results = new ArrayList<CaseResult>();
        try (Engine engine = OneDnnEngine.open();
                Engine reference = new ReferenceEngine()) {
            for (OnnxNode node : model.nodes()) {
                try (OnnxLayer layer = model.layer(node, values)) {
                    Case given = given(node, layer, values);
                    for (Engine checked : List.of(engine, reference)) {
                        var runner = new CaseRunner(checked, reference, OPTIONS);
                        ARRANGEMENTS.forEach(arrangement -> results.add(runner.run(given, arrangement)));
                    }
                }
            }
        } finally {
            values.values().forEach(Tensor::close);
        }
        assertThat(results)
                .hasSize(4 * model.nodes().size())
                .allMatch(result -> result.verdict() == Verdict.PASSED)
                // A bound that is never come near to, or a source of zeros, would show here.
                .anyMatch(result -> result.worstRatio() > 0)
                .allMatch(result -> !(result.expectedRatio() > 1));
    }

    private static Case given(OnnxNode node, OnnxLayer layer, Map<String, Tensor> values) {
        String name = node.outputs().get(0);
        Tensor src = Objects.requireNonNull(values.get(node.inputs().get(0)));
        Tensor expected = Objects.requireNonNull(values.get(name));
        return layer instanceof OnnxPooling pooling
                ? new PoolingCase(name, pooling.descriptor(), src, expected)
                : convolution(name, (OnnxConvolution) layer, src, expected);
    }

    private static Case convolution(String name, OnnxConvolution layer, Tensor src, Tensor expected) {
        return new ConvolutionCase(name, layer.descriptor(), src, layer.weights(), layer.bias(), expected);
    }

    /** What goes into and comes out of the nodes, by name. */
    private static Map<String, Tensor> values(OnnxModel model, byte[] bytes, int height, int width) throws Exception {
        String input = model.inputs().get(0);
        var names = new TreeSet<String>();
        for (OnnxNode node : model.nodes()) {
            names.add(node.inputs().get(0));
            names.add(node.outputs().get(0));
        }
        names.remove(input);
        Tensor photo = photograph(height, width);
        Map<String, Tensor> values = OnnxRuntime.values(bytes, photo, names);
        values.put(input, photo);
        return values;
    }

    /** The photograph, cut and shrunk by whole pixels to the wanted size, as PaddleOCR normalises it. */
    private static Tensor photograph(int height, int width) throws IOException {
        Picture picture;
        try (InputStream in = open("/io/github/faltung/cli/chelsea.png")) {
            picture = PictureFile.read(in, Integer.MAX_VALUE).picture();
        }
        var values = new float[3 * height * width];
        for (int i = 0; i < values.length; i++) {
            int channel = i / (height * width);
            int y = i / width % height * picture.height() / height;
            int x = i % width * picture.width() / width;
            values[i] = (picture.at(channel, y, x) / Picture.WHITE - MEAN[channel]) / DEVIATION[channel];
        }
        return Tensor.of(values, Dims.of(1, 3, height, width));
    }

    private static byte[] resource(String path) throws IOException {
        try (InputStream in = open(path)) {
            return in.readAllBytes();
        }
    }

    private static InputStream open(String path) {
        return Objects.requireNonNull(TrainedNetworkTest.class.getResourceAsStream(path), path);
    }
}
