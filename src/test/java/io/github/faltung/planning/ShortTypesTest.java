package io.github.faltung.planning;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.faltung.Faltung;
import io.github.faltung.checking.CheckedEngine;
import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.LayerTypes;
import io.github.faltung.convolution.Precision;
import io.github.faltung.onednn.OneDnnEngine;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** However a layer of bf16 or f16 is said, its sums are rounded to the short type once. */
@Tag("native")
class ShortTypesTest {
    private final SplittableRandom random = new SplittableRandom(5);

    @ParameterizedTest
    @CsvSource({
        "BF16, conv ic1ih40iw64oc1kh5kw5ph2pw2",
        "F16, conv ic1ih40iw64oc1kh5kw5ph2pw2",
        "BF16, conv g3ic3ih40iw64oc3kh7kw7ph3pw3",
        "F16, conv g3ic3ih40iw64oc3kh7kw7ph3pw3",
        "BF16, deconv g2ic2ih20iw20oc2kh4kw4sh2sw2ph1pw1"
    })
    void forward_planned_isWithinTheBoundOfOneRounding(DataType type, String line) {
        ConvolutionProblem problem = ConvolutionProblem.parse(line);
        ConvolutionDescriptor layer = problem.descriptor()
                .withTypes(
                        new LayerTypes(type, type, type), problem.descriptor().quantization());
        for (boolean separable : new boolean[] {false, true}) {
            for (Layout layout : List.of(Layout.CHANNELS_FIRST, Layout.CHANNELS_LAST)) {
                try (Engine reference = new ReferenceEngine();
                        Engine inner = Faltung.open();
                        Engine engine = CheckedEngine.of(inner, reference);
                        Tensor weights = tensor(type, layer.weightsDims(), Layout.CHANNELS_FIRST, separable);
                        Tensor src = tensor(type, problem.srcDims(), layout, false);
                        Tensor dst = Tensor.allocate(type, problem.dstDims(), layout);
                        Convolution conv = engine.convolution(layer, weights)) {
                    assertThatCode(() -> conv.forward(src, dst)).doesNotThrowAnyException();
                }
            }
        }
    }

    /** Half the source is numbers that instructions for bf16 take for 0, beside weights that make normal ones of them, or for infinities. */
    @ParameterizedTest
    @CsvSource({
        "bf16, strict, 1e-39",
        "f32, strict, 1e-39",
        "f32, bf16, 1e-39",
        "f32, bf16, 3.399e38",
        "f32, split_bf16_3, 1e-37",
        "f32, split_bf16_6, 1e-35",
        "f32, split_bf16_3, 3.399e38"
    })
    void forward_sourcesOutOfBf16sRange_passes(String type, String precision, float source) {
        ConvolutionProblem problem = ConvolutionProblem.parse("mb1ic64ih14iw14oc64kh3kw3ph1pw1 --dt=" + type);
        ConvolutionDescriptor layer = problem.descriptor().withPrecision(Precision.parse(precision));
        float weight = source > 1 ? 0x1p-30f : 0x1p20f;
        for (Layout layout : List.of(Layout.CHANNELS_FIRST, Layout.CHANNELS_LAST)) {
            try (Tensor weights = Tensor.allocate(layer.types().weights(), layer.weightsDims(), Layout.CHANNELS_FIRST);
                    Tensor src = Tensor.allocate(layer.types().src(), problem.srcDims(), layout);
                    Tensor dst = Tensor.allocate(layer.types().dst(), problem.dstDims(), layout)) {
                weights.copyFrom(values(layer.weightsDims(), weight, weight), Layout.CHANNELS_FIRST);
                src.copyFrom(values(problem.srcDims(), source, 0), Layout.CHANNELS_FIRST);
                for (Engine inner : List.of(OneDnnEngine.open(), Faltung.open())) {
                    try (inner;
                            Engine reference = new ReferenceEngine();
                            Engine engine = CheckedEngine.of(inner, reference);
                            Convolution conv = engine.convolution(layer, weights)) {
                        assertThatCode(() -> conv.forward(src, dst)).doesNotThrowAnyException();
                    }
                }
            }
        }
    }

    private float[] values(Dims dims, float one, float other) {
        var values = new float[Math.toIntExact(dims.elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (random.nextBoolean() ? one : other) * (float) random.nextDouble(0.9, 1);
        }
        return values;
    }

    /** Of rank one all windows are powers of two, so that they stay of rank one in short types. */
    private Tensor tensor(DataType type, Dims dims, Layout layout, boolean ofRankOne) {
        var values = new float[Math.toIntExact(dims.elements())];
        long width = dims.get(3);
        for (int i = 0; i < values.length; i++) {
            values[i] = ofRankOne
                    ? Math.scalb(1f, (int) -(i % width + i / width % dims.get(2) * 2))
                    : (float) random.nextDouble(-1, 1);
        }
        Tensor tensor = Tensor.allocate(type, dims, layout);
        tensor.copyFrom(values, Layout.CHANNELS_FIRST);
        return tensor;
    }
}
