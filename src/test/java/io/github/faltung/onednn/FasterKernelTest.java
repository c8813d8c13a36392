package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Explanation;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("native")
class FasterKernelTest {
    private static final String BRGEMM = "brg_conv_fwd:avx512_core";

    private static ConvolutionProblem problem(String line) {
        return ConvolutionProblem.parse(line);
    }

    private static FasterKernel.Choice than(String first, String line, boolean cutsVectors) {
        ConvolutionProblem problem = problem(line);
        ConvolutionDescriptor layer = problem.descriptor();
        Forms forms = Forms.both(Form.CHANNELS_LAST);
        return FasterKernel.than(
                new Candidate(first, ForwardShape.of(problem), layer, layer.types(), forms, 0, true, 0), cutsVectors);
    }

    @ParameterizedTest
    @CsvSource({
        "brg_conv_fwd:avx512_core, mb1ic1ih64iw64oc16kh3kw3ph1pw1,                  jit:avx512_core",
        "brg_conv_fwd:avx512_core, mb1ic1ih64iw64oc64kh3kw3sh2sw2ph1pw1,            jit:avx512_core",
        "brg_conv_fwd:avx512_core, mb1ic1id16ih16iw16oc64kd3kh3kw3,                 jit:avx512_core",
        "brg_conv_fwd:avx512_core, mb1ic1id16ih16iw16oc8kd3kh3kw3,                  jit:avx512_core",
        "brg_conv_fwd:avx512_core, mb1ic3ih64iw64oc16kh3kw3sh2sw2ph1pw1,            jit:avx512_core",
        "brg_conv_fwd:avx512_core, mb1ic64ih14iw14oc24kh3kw3ph1pw1,                 brg_conv_fwd:avx2",
        "brgconv_1x1:avx512_core,  mb1ic64ih14iw14oc120kh1kw1,                      brgconv_1x1:avx2",
        "brgconv_1x1:avx512_core,  g2mb1ic64ih14iw14oc48kh1kw1,                     brgconv_1x1:avx2",
    })
    void than_slowCorner_isTheMeasuredOne(String first, String line, String faster) {
        assertThat(than(first, line, true).names()).containsExactly(faster);
        assertThat(than(first, line, false).names()).isEmpty();
    }

    @Test
    void than_oneInputToHalfAVector_prefersHalves() {
        assertThat(than(BRGEMM, "mb1ic1ih64iw64oc3kh3kw3", true).names())
                .containsExactly("jit:avx2", "jit:avx512_core");
    }

    @ParameterizedTest
    @CsvSource({
        "brg_conv_fwd:avx512_core, mb1ic1ih64iw64oc64kh3kw3ph1pw1",
        "brg_conv_fwd:avx512_core, mb1ic5ih64iw64oc16kh3kw3ph1pw1",
        "brg_conv_fwd:avx512_core, mb1ic3ih64iw64oc32kh3kw3ph1pw1",
        "brg_conv_fwd:avx512_core, mb1ic64ih14iw14oc32kh3kw3ph1pw1",
        "brg_conv_fwd:avx512_core, mb1ic64ih14iw14oc20kh3kw3ph1pw1",
        "brg_conv_fwd:avx2,        mb1ic1ih64iw64oc16kh3kw3ph1pw1",
        "jit:avx512_core,          mb1ic64ih14iw14oc24kh3kw3ph1pw1",
    })
    void than_others_isNone(String first, String line) {
        assertThat(than(first, line, true).names()).isEmpty();
    }

    @Test
    void than_oneRow_dependsOnThreads() {
        String line = "mb1ic1iw4000oc16kw7pw3";
        assertThat(OpenMpThreads.make(1, () -> than(BRGEMM, line, true)).names())
                .containsExactly("jit:avx512_core");
        if (OneDnnOptions.DEFAULT.threads() > 1) {
            assertThat(OpenMpThreads.make(2, () -> than(BRGEMM, line, true)).names())
                    .isEmpty();
        }
    }

    /** What is taken is said, with what it is instead of, and is right. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "mb2ic1ih33iw35oc5kh3kw3ph1pw1",
                "mb1ic1ih33iw35oc33kh3kw3sh2sw2ph1pw1",
                "mb1ic1id9ih10iw11oc40kd3kh3kw3pd1ph1pw1",
                "mb1ic4ih33iw35oc16kh5kw5ph2pw2",
                "mb1ic30ih13iw15oc24kh3kw3ph1pw1",
                "g2mb1ic64ih13iw15oc48kh1kw1"
            })
    void forward_slowCorner_saysWhatItTakesAndIsRight(String line) {
        ConvolutionProblem problem = problem(line);
        ConvolutionDescriptor layer = problem.descriptor();
        try (Engine engine = OneDnnEngine.open();
                Engine reference = new ReferenceEngine();
                Tensor weights = Tensor.of(numbers(layer.weightsDims().elements()), layer.weightsDims());
                Convolution conv = engine.convolution(layer, weights);
                Convolution expected = reference.convolution(layer, weights);
                Tensor src = Tensor.of(numbers(problem.srcDims().elements()), problem.srcDims(), Layout.CHANNELS_LAST);
                Tensor dst = Tensor.allocate(DataType.F32, problem.dstDims(), Layout.CHANNELS_LAST);
                Tensor right = Tensor.allocate(DataType.F32, problem.dstDims(), Layout.CHANNELS_LAST)) {
            Explanation explained = conv.explain(problem.srcDims(), Layout.CHANNELS_LAST);
            List<String> notes = explained.notes();
            if (Machine.cutsVectors()) {
                assertThat(explained.implementation()).matches("jit:avx.*|brg.*:avx2");
                assertThat(notes)
                        .anyMatch(note -> note.startsWith("brg")
                                && note.contains(" is passed over: " + explained.implementation() + " is faster "));
            } else {
                assertThat(notes).noneMatch(note -> note.contains(" is faster "));
            }
            conv.forward(src, dst);
            expected.forward(src, right);
            assertThat(dst.toFloatArray()).isEqualTo(right.toFloatArray());
        }
    }

    /** Small integers, whose sums are exact. */
    private static float[] numbers(long count) {
        var numbers = new float[Math.toIntExact(count)];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = i * 7 % 11 - 5;
        }
        return numbers;
    }
}
