package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.faltung.ChildJvm;
import io.github.faltung.checking.CheckOptions;
import io.github.faltung.checking.CheckedEngine;
import io.github.faltung.convolution.ConvolutionGradients;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.convolution.RandomProblems;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In which types gradients of bf16 and f16 are computed, and that explanations say so. */
@Tag("native")
class TypedGradientsTest {
    private static final String LAYER = "mb2ic64ih14oc64oh14kh3ph1 --dt=";

    private static <R> R with(String line, BiFunction<ConvolutionGradients, ConvolutionProblem, R> body) {
        ConvolutionProblem problem = ConvolutionProblem.parse(line);
        try (Engine engine = OneDnnEngine.open();
                ConvolutionGradients gradients = engine.gradients(problem.descriptor())) {
            return body.apply(gradients, problem);
        }
    }

    private static Explanation weights(String line, Layout layout) {
        return with(line, (gradients, problem) -> gradients.explainBackwardWeights(problem.srcDims(), layout));
    }

    private static Explanation data(String line, Layout layout) {
        return with(line, (gradients, problem) -> gradients.explainBackwardData(problem.srcDims(), layout));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bf16:bf16:f32", "f16:f16:f32"})
    void explain_typesThatDiffer_saysThatItIsInF32(String types) {
        Explanation byWeights = weights(LAYER + types, Layout.CHANNELS_LAST);
        String shortType = types.substring(0, types.indexOf(':'));
        assertThat(byWeights.formulation()).isEqualTo("direct in f32");
        assertThat(byWeights.notes())
                .contains("not in its own types: " + shortType + " by f32")
                .contains("src is copied into a dense layout, f32, first")
                .anyMatch(
                        note -> note.startsWith("diffWeights is copied out of the implementation's own layout, f32,"));
        assertThat(data(LAYER + types, Layout.CHANNELS_LAST).notes())
                .contains("dst is copied out of CHANNELS_LAST, f32 afterwards");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bf16", "f16", "bf16:bf16:f32", "f16:f16:f32"})
    void explain_shortTypes_areNotComputedByReferenceLoops(String types) {
        for (Layout layout : List.of(Layout.CHANNELS_FIRST, Layout.CHANNELS_LAST)) {
            for (Explanation found : List.of(weights(LAYER + types, layout), data(LAYER + types, layout))) {
                assertThat(found.implementation().contains("ref")
                                && !found.formulation().contains("in f32"))
                        .as(found.toString())
                        .isFalse();
            }
        }
    }

    /** Zeros beside such a source were not written; see {@link GradientDefect}. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "mb1ic16iw1oc34ow1kw4sw3pw1",
                "mb2ic16ih3iw1oc32oh3ow1kh3kw3sw2pw1",
                "mb2ic16ih3iw1oc32oh3ow1kh3kw3sw3pw1",
                "mb2ic16ih3iw2oc32oh3ow1kh3kw3sw3pw1",
                "mb2ic16ih3iw2oc32oh3ow1kh3kw4sw3pw1",
                "mb2ic16ih3iw2oc32oh3ow1kh3kw3sw4pw1",
                "mb2ic16ih3iw3oc32oh3ow1kh3kw5sw4pw1",
            })
    void backwardWeights_sourceNarrowerThanTheStride_equalsReference(String line) {
        ConvolutionProblem problem = ConvolutionProblem.parse(line + " --dt=bf16");
        Dims weights = problem.descriptor().weightsDims();
        var integers = new RandomProblems(33);
        try (Engine engine = OneDnnEngine.open();
                Engine reference = new ReferenceEngine();
                Engine checked = CheckedEngine.of(
                        engine, reference, CheckOptions.defaults().withExact());
                ConvolutionGradients gradients = checked.gradients(problem.descriptor());
                Tensor src = Tensor.allocate(DataType.BF16, problem.srcDims(), Layout.CHANNELS_LAST);
                Tensor diffDst = Tensor.allocate(DataType.BF16, problem.dstDims(), Layout.CHANNELS_LAST);
                Tensor diffWeights = Tensor.allocate(weights)) {
            src.copyFrom(integers.integers(problem.srcDims().elements(), 3), Layout.CHANNELS_LAST);
            diffDst.copyFrom(integers.integers(problem.dstDims().elements(), 3), Layout.CHANNELS_LAST);
            for (int call = 0; call < 3; call++) { // what a scratchpad holds differs
                assertThatCode(() -> gradients.backwardWeights(src, diffDst, diffWeights, null))
                        .doesNotThrowAnyException();
            }
        }
    }

    /** Prints how a layer of bf16 is computed. */
    static final class Formulations {
        public static void main(String[] args) {
            System.out.print(OneDnnEngine.info().effectiveIsa()
                    + ", " + weights(LAYER + "bf16", Layout.CHANNELS_LAST).formulation()
                    + ", " + data(LAYER + "bf16", Layout.CHANNELS_LAST).formulation()
                    + ", " + NativeHandles.live() + " live");
        }
    }

    private static String formulations(String isa) {
        return ChildJvm.likeThis()
                .withEnvironment("ONEDNN_MAX_CPU_ISA", isa)
                .run(Formulations.class)
                .output();
    }

    /** oneDNN has kernels for bf16 from AVX-512 on; below it has reference loops, which are passed over. Other CPUs have one set only. */
    @ParameterizedTest
    @ValueSource(strings = {"SSE41", "AVX2", "AVX512_CORE"})
    void explain_bf16_isInItsOwnTypesFromAvx512On(String isa) {
        assertThat(formulations(isa))
                .matches("AVX512_CORE, direct, direct, 0 live"
                        + "|(SSE41|AVX|AVX2\\w*), direct in f32, direct in f32, [^,]*, 0 live"
                        + "|default, .*, 0 live");
    }
}
