package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.tensor.Layout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which problems a defect strikes on which implementation, and that their nearest neighbours are left alone. */
class KnownDefectTest {
    private static final String BRGEMM = "brg_conv_fwd:avx512_core";

    @ParameterizedTest
    @CsvSource({
        "NO_KERNEL_RIGHT_OF_SOURCE,    brg_conv_fwd:avx2,         ic31iw2oc5ow4kw1pw0",
        "NO_KERNEL_RIGHT_OF_SOURCE,    jit_uni_ncsp:conv+brg_conv_fwd:avx512_core, ic16iw3oc16ow9kw2pw2",
        "STRIDE_TWICE_FOR_ONE_COLUMN,  brg_conv_fwd:avx512_core,  mb1ic1oc16_ih8oh8kh1_iw4ow1kw3sw2",
        "NO_KERNEL_FOR_CHANNEL_TAIL,   brg_conv_fwd:avx512_core,  ic33oc64_ih103oh4kh100_iw1ow1kw1",
        "SMALL_BUFFER_FOR_LONG_STRIDE, brg_conv_fwd:avx512_core,  ic64oc16_ih602oh101kh2sh6_iw1ow1kw1",
        "SMALL_BUFFER_FOR_LONG_STRIDE, brg_conv_fwd:avx512_core,  ic1oc16_ih2002oh334kh1sh6_iw30ow28kw3",
        "HUGE_STRIDE,                  conv:any+brgconv_strided:avx2, deconv ic2oc2iw2ow70003kw3sw70000",
    })
    void of_problemThatADefectStrikes_isThatDefect(KnownDefect defect, String implementation, String line) {
        assertThat(KnownDefect.of(candidate(implementation, line, true, 0))).contains(defect);
    }

    @ParameterizedTest
    @CsvSource({
        "SUM_OVERWRITTEN, brg_conv_fwd:avx2, ic16oc16_ih3oh3kh3ph1_iw7ow2kw3sw4pw3",
        "UNALIGNED_SUM,   jit_dw:sse41,      g5ic5oc5ih7oh7kh3ph1",
    })
    void of_sum_isThatDefect(KnownDefect defect, String implementation, String line) {
        assertThat(KnownDefect.of(candidate(implementation, line + " --attr-post-ops=sum:1", false, 0)))
                .contains(defect);
        assertThat(KnownDefect.of(candidate(implementation, line, false, 0))).isEmpty();
    }

    /** Which post-op it is makes no difference: none has a kernel. */
    @ParameterizedTest
    @ValueSource(strings = {"relu", "add:1", "mul:2", "max:1", "min:1", "prelu:0.5"})
    void of_anyPostOpRightOfSource_isThatDefect(String postOp) {
        String line = "ic31iw2oc5ow4kw1pw0 --attr-post-ops=" + postOp;
        assertThat(KnownDefect.of(candidate("brg_conv_fwd:avx2", line, false, 0)))
                .contains(KnownDefect.NO_KERNEL_RIGHT_OF_SOURCE);
    }

    @Test
    void of_sumBehindAGradientsKernel_isNone() {
        String line = "deconv g2ic2oc2_ih2oh2kh3sh3ph1_iw9ow23kw1sw3pw0 --attr-post-ops=sum:1";
        assertThat(KnownDefect.of(candidate("conv:any+jit_dw:sse41", line, true, 0)))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        // one column less: the last window still touches the source
        "brg_conv_fwd:avx2,        ic31iw2oc5ow2kw1pw0",
        // another implementation
        "jit:avx512_core,          ic31iw2oc5ow4kw1pw0",
        "brg_conv_fwd:avx2,        mb1ic1oc16_ih8oh8kh1_iw4ow1kw3sw2",
        // two columns, two channels, dense
        "brg_conv_fwd:avx512_core, mb1ic1oc16_ih8oh8kh1_iw6ow2kw3sw2",
        "brg_conv_fwd:avx512_core, mb1ic2oc16_ih8oh8kh1_iw4ow1kw3sw2",
        // whole blocks of channels
        "brg_conv_fwd:avx512_core, ic32oc64_ih103oh4kh100_iw1ow1kw1",
        "brg_conv_fwd:avx512_core, ic33oc64_ih103oh4kh100_iw2ow2kw1",
        // stride as long as the kernel
        "brg_conv_fwd:avx512_core, ic64oc16_ih602oh101kh6sh6_iw1ow1kw1",
        "conv:any+brgconv_strided:avx2, deconv ic2oc2iw2ow65539kw3sw65536",
    })
    void of_nearestNeighbour_isNone(String implementation, String line) {
        assertThat(KnownDefect.of(candidate(implementation, line, true, 0))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "jit_1x1:avx2,                     ic1iw536870912oc1ow536870912kw1,   true",
        "jit_uni_ncsp:matmul+brg_matmul,   ic1iw536870912oc1ow536870912kw1,   true",
        "jit_1x1:avx2,                     ic1iw536870911oc1ow536870911kw1,   false",
        "brg_conv_fwd:avx2,                ic1iw536870912oc1ow536870912kw1,   false",
    })
    void of_imageOfTwoGibibytes_isHugeImage(String implementation, String line, boolean strikes) {
        assertThat(KnownDefect.of(candidate(implementation, "mb1" + line, false, 0))
                        .isPresent())
                .isEqualTo(strikes);
    }

    @ParameterizedTest
    @CsvSource({
        "UNSHIFTED_PADDING, brg_conv_fwd:avx512_core_vnni, ic1ih8iw9oc16kh2kw4pw1 --dt=s8:s8:s32,     true",
        "UNSHIFTED_PADDING, brg_conv_fwd:avx512_core_vnni, ic1ih8iw9oc16kh2kw4pw1 --dt=u8:s8:s32,     false",
        "UNSHIFTED_PADDING, brg_conv_fwd:avx512_core_vnni, ic1ih8iw9oc16kh2kw4 --dt=s8:s8:s32,        false",
        "UNSHIFTED_PADDING, brg_conv_fwd:avx512_core_vnni, ic2ih8iw9oc16kh2kw4pw1 --dt=s8:s8:s32,     false",
        "UNSHIFTED_PADDING, jit_int8:avx512_core_vnni,     ic1ih8iw9oc16kh2kw4pw1 --dt=s8:s8:s32,     false",
        "FIRST_CONSTANT_FOR_ALL, jit_int8:avx512_core_vnni, ic9iw3oc2kw3 --dt=s8 --attr-post-ops=add:1*2,  true",
        "FIRST_CONSTANT_FOR_ALL, jit_uni_int8:avx2_vnni,    ic9iw3oc2kw3 --dt=s8 --attr-post-ops=prelu:1*2, true",
        "FIRST_CONSTANT_FOR_ALL, jit_int8:avx512_core_vnni, ic9iw4oc2kw3 --dt=s8 --attr-post-ops=add:1*2,  false",
        "FIRST_CONSTANT_FOR_ALL, jit_int8:avx512_core_vnni, ic9iw3oc2kw3 --dt=s8 --attr-post-ops=add:1,    false",
        "SCALED_SUM,        x64:gemm_s8s8s32:jit,          ic9iw5oc6kw2 --dt=s8:s8:s32 --attr-post-ops=sum, true",
        "SCALED_SUM,        x64:gemm_s8s8s32:jit,          ic9iw5oc6kw2 --dt=s8:s8:f32 --attr-post-ops=sum, false",
        "SCALED_SUM,        x64:gemm_s8s8s32:jit,          ic9iw5oc6kw2 --dt=s8:s8:s32,               false",
        "NO_KERNEL_RIGHT_OF_SOURCE, brg_conv_fwd:avx2_vnni, ic31iw2oc5ow4kw1pw0 --dt=s8:s8:s32,       true",
        "NO_KERNEL_RIGHT_OF_SOURCE, brg_conv_fwd:avx512_core_bf16, ic31iw2oc5ow4kw1pw0 --dt=bf16,     true",
    })
    void of_layerOfOtherTypes_isThatDefectOrNone(
            KnownDefect defect, String implementation, String line, boolean strikes) {
        assertThat(KnownDefect.of(candidate(implementation, line, false, 0))
                        .filter(defect::equals)
                        .isPresent())
                .isEqualTo(strikes);
    }

    @Test
    void of_integerGemmChannelsFirst_isUncheckedLayout() {
        ConvolutionProblem problem = ConvolutionProblem.parse("ic9iw5oc6kw2 --dt=u8:s8:s32");
        var candidate = new Candidate(
                "x64:gemm_s8u8s32:jit",
                ForwardShape.of(problem),
                problem.descriptor(),
                problem.descriptor().types(),
                Layout.CHANNELS_FIRST,
                0,
                false,
                0);
        assertThat(KnownDefect.of(candidate)).contains(KnownDefect.UNCHECKED_LAYOUT);
    }

    @ParameterizedTest
    @CsvSource({"1073741824, false", "1073741825, true"})
    void of_scratchpadFarLargerThanTensors_isHugeScratchpad(long bytes, boolean strikes) {
        assertThat(KnownDefect.of(candidate(BRGEMM, "ic16ih8oc16oh8kh3ph1", false, bytes))
                        .isPresent())
                .isEqualTo(strikes);
    }

    private static Candidate candidate(String implementation, String line, boolean bias, long scratchpadBytes) {
        ConvolutionProblem problem = ConvolutionProblem.parse(line);
        return new Candidate(
                implementation,
                ForwardShape.of(problem),
                problem.descriptor(),
                problem.descriptor().types(),
                Layout.CHANNELS_LAST,
                0,
                bias,
                scratchpadBytes);
    }
}
