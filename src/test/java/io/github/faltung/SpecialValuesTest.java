package io.github.faltung;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.checking.CheckedEngine;
import io.github.faltung.checking.MismatchException;
import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionGradients;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.DeformableConvolution;
import io.github.faltung.convolution.DeformableDescriptor;
import io.github.faltung.convolution.DeformableProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.LayerTypes;
import io.github.faltung.convolution.Pooling;
import io.github.faltung.convolution.PoolingProblem;
import io.github.faltung.convolution.RandomProblems;
import io.github.faltung.onednn.OneDnnEngine;
import io.github.faltung.onednn.OneDnnOptions;
import io.github.faltung.planning.PlanningOptions;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Infinities, what is not a number, negative zero, subnormal and the largest numbers in a source: every kind of layer makes of them what
 * the reference makes, by the rules that a checked engine holds results to.
 */
@Tag("native")
class SpecialValuesTest {
    private static final List<Float> VALUES = List.of(
            Float.NaN,
            Float.POSITIVE_INFINITY,
            Float.NEGATIVE_INFINITY,
            -0f,
            Float.MIN_VALUE,
            -Float.MIN_NORMAL / 3,
            Float.MAX_VALUE,
            -Float.MAX_VALUE);

    private static final List<String> CONVOLUTIONS = List.of(
            "conv mb2ic16ih9oc16kh3ph1",
            "conv ic3ih12iw40oc4kh3kw3ph1pw1",
            "conv ic1ih20iw64oc1kh5kw5ph2pw2",
            "conv g8ic24ih9oc24kh3ph1",
            "conv g16ic16ih11oc16kh3ph1sh2",
            "conv g4ic4ih11oc8kh3ph1",
            "conv ic8ih13oc8kh3dh1ph2",
            "conv ic8ih13oc8kh3sh2ph1 --attr-post-ops=relu",
            "conv ic8iw33oc8kw5pw2",
            "conv ic4id5ih6iw7oc4kd3kh3kw3pd1ph1pw1",
            "deconv ic8ih9oc4kh4sh2ph1",
            "deconv ic8ih9oc3kh3sh2ph1",
            "deconv g8ic8ih9oc8kh4sh2ph1");

    /** Kernels that multiply pairs of numbers give an odd one a neighbour, with a weight of zero: so of short types only finite ones. */
    private static final List<Float> SHORT_VALUES = List.of(-0f, 0x1p-24f, -Float.MIN_NORMAL / 4, 65504f, -65504f);

    private final RandomProblems random = new RandomProblems(77);

    static Stream<Supplier<Engine>> engines() {
        PlanningOptions confined = PlanningOptions.DEFAULT.withNonFiniteConfined();
        return Stream.of(OneDnnEngine::open, () -> Faltung.open(confined, OneDnnOptions.DEFAULT));
    }

    @ParameterizedTest
    @MethodSource("engines")
    void convolution_specialValues_asReference(Supplier<Engine> open) {
        for (String line : CONVOLUTIONS) {
            ConvolutionProblem problem = ConvolutionProblem.parse(line);
            for (Layout layout : List.of(Layout.CHANNELS_FIRST, Layout.CHANNELS_LAST)) {
                checkConvolution(open, problem, layout);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void convolution_finiteValuesOfShortTypes_asReference(Supplier<Engine> open) {
        for (DataType type : List.of(DataType.BF16, DataType.F16)) {
            for (String line : CONVOLUTIONS.subList(0, 5)) {
                ConvolutionProblem f32 = ConvolutionProblem.parse(line);
                ConvolutionDescriptor layer = f32.descriptor()
                        .withTypes(
                                new LayerTypes(type, type, type),
                                f32.descriptor().quantization());
                for (Layout layout : List.of(Layout.CHANNELS_FIRST, Layout.CHANNELS_LAST)) {
                    checkConvolution(open, new ConvolutionProblem(layer, f32.srcDims()), layout);
                }
            }
        }
    }

    private void checkConvolution(Supplier<Engine> open, ConvolutionProblem problem, Layout layout) {
        ConvolutionDescriptor layer = problem.descriptor();
        try (Engine inner = open.get();
                Engine reference = new ReferenceEngine();
                Engine engine = CheckedEngine.of(inner, reference);
                Tensor weights = integers(layer.types().weights(), layer.weightsDims(), Layout.CHANNELS_FIRST);
                Convolution conv = engine.convolution(layer, weights);
                Tensor dst = Tensor.allocate(layer.types().dst(), problem.dstDims(), layout)) {
            forEachValue(layer.types().src(), problem.srcDims(), layout, src -> conv.forward(src, dst));
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void pooling_specialValues_asReference(Supplier<Engine> open) {
        for (String line : List.of(
                "pool ic16ih12kh3sh2ph1",
                "pool ic3ih12kh2sh2",
                "pool ic16ih12kh3sh2ph1 --alg=avg_p",
                "pool ic3ih12kh3ph1 --alg=avg_np",
                "pool ic4iw30kw3sw2")) {
            PoolingProblem problem = PoolingProblem.parse(line);
            for (Layout layout : List.of(Layout.CHANNELS_FIRST, Layout.CHANNELS_LAST)) {
                try (Engine inner = open.get();
                        Engine reference = new ReferenceEngine();
                        Engine engine = CheckedEngine.of(inner, reference);
                        Pooling pooling = engine.pooling(problem.descriptor());
                        Tensor dst = Tensor.allocate(DataType.F32, problem.dstDims(), layout)) {
                    forEachValue(DataType.F32, problem.srcDims(), layout, src -> pooling.forward(src, dst));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void deformable_specialValues_asReference(Supplier<Engine> open) {
        DeformableDescriptor layer =
                DeformableDescriptor.deformable2d(8, 8).kernel(3).padding(1).build();
        var problem = new DeformableProblem(layer, Dims.of(1, 8, 9, 11));
        try (Engine inner = open.get();
                Engine reference = new ReferenceEngine();
                Engine engine = CheckedEngine.of(inner, reference);
                Tensor weights = integers(DataType.F32, layer.convolution().weightsDims(), Layout.CHANNELS_FIRST);
                DeformableConvolution conv = engine.deformable(layer, weights, null);
                Tensor offsets = halves(problem.offsetsDims());
                Tensor dst = Tensor.allocate(problem.dstDims())) {
            forEachValue(
                    DataType.F32,
                    problem.srcDims(),
                    Layout.CHANNELS_FIRST,
                    src -> conv.forward(src, offsets, null, dst));
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void gradients_specialValues_asReference(Supplier<Engine> open) {
        for (String line : List.of("conv mb2ic8ih9oc16kh3ph1", "conv g8ic8ih9oc8kh3ph1", "deconv ic8ih7oc4kh4sh2ph1")) {
            ConvolutionProblem problem = ConvolutionProblem.parse(line);
            ConvolutionDescriptor layer = problem.descriptor();
            try (Engine inner = open.get();
                    Engine reference = new ReferenceEngine();
                    Engine engine = CheckedEngine.of(inner, reference);
                    ConvolutionGradients gradients = engine.gradients(layer);
                    Tensor src = integers(DataType.F32, problem.srcDims(), Layout.CHANNELS_FIRST);
                    Tensor weights = integers(DataType.F32, layer.weightsDims(), Layout.CHANNELS_FIRST);
                    Tensor diffSrc = Tensor.allocate(problem.srcDims());
                    Tensor diffWeights = Tensor.allocate(layer.weightsDims())) {
                // A product of matrices takes padding for zeros, of which times infinity is not a number.
                boolean isProduct = gradients
                        .explainBackwardWeights(problem.srcDims(), Layout.CHANNELS_FIRST)
                        .implementation()
                        .contains("gemm");
                forEachValue(DataType.F32, problem.dstDims(), Layout.CHANNELS_FIRST, diffDst -> {
                    gradients.backwardData(weights, diffDst, diffSrc);
                    if (!isProduct || isFinite(diffDst)) {
                        gradients.backwardWeights(src, diffDst, diffWeights, null);
                    }
                });
            }
        }
    }

    private static boolean isFinite(Tensor tensor) {
        for (float value : tensor.toFloatArray()) {
            if (!Float.isFinite(value)) {
                return false;
            }
        }
        return true;
    }

    /** What the option is for: without it, this layer's neighbours see what is not a number, and a checked engine says so. */
    @Test
    void convolution_fastestWay_maySpreadWhatIsNotANumber() {
        ConvolutionProblem problem = ConvolutionProblem.parse("conv ic3ih64iw128oc2kh5kw5ph2pw2");
        ConvolutionDescriptor layer = problem.descriptor();
        try (Engine inner = Faltung.open();
                Engine reference = new ReferenceEngine();
                Engine engine = CheckedEngine.of(inner, reference);
                Tensor weights = integers(DataType.F32, layer.weightsDims(), Layout.CHANNELS_FIRST);
                Convolution conv = engine.convolution(layer, weights);
                Tensor src = integers(DataType.F32, problem.srcDims(), Layout.CHANNELS_FIRST)) {
            assertThat(conv.explain(problem.srcDims()).formulation()).contains("columns as channels");
            src.set(Float.NaN, 0, 0, 30, 60);
            assertThatThrownBy(() -> conv.forward(src).close()).isInstanceOf(MismatchException.class);
        }
    }

    /** Runs sources of small integers with a value of each kind in the midst, at the beginning and at the end. */
    private void forEachValue(DataType type, Dims dims, Layout layout, Consumer<Tensor> run) {
        for (float value : type == DataType.F32 ? VALUES : SHORT_VALUES) {
            float[] values = random.integers(dims.elements(), 3);
            values[0] = value;
            values[values.length / 2] = value;
            values[values.length - 1] = value;
            try (Tensor src = Tensor.allocate(type, dims, layout)) {
                src.copyFrom(values, Layout.CHANNELS_FIRST);
                run.accept(src);
            }
        }
    }

    private Tensor integers(DataType type, Dims dims, Layout layout) {
        Tensor tensor = Tensor.allocate(type, dims, layout);
        tensor.copyFrom(random.integers(dims.elements(), 3), Layout.CHANNELS_FIRST);
        return tensor;
    }

    /** Whole and half steps, so that places lie on pixels and between them. */
    private Tensor halves(Dims dims) {
        float[] values = random.integers(dims.elements(), 3);
        for (int i = 0; i < values.length; i++) {
            values[i] /= 2;
        }
        return Tensor.of(values, dims);
    }
}
