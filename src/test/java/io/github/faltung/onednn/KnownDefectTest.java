package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.convolution.ConvolutionProblem;
import java.util.Set;
import org.bytedeco.dnnl.global.dnnl;
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
        "HUGE_REACH,                   jit:avx2, ic1iw1oc1ow1kw2dw16777215pw16777216",
        "HUGE_STRIDE,                  conv:any+brgconv_strided:avx2, deconv ic2oc2iw2ow4100kw3sw4097",
    })
    void of_problemThatADefectStrikes_isThatDefect(KnownDefect defect, String implementation, String line) {
        assertThat(Guards.ALL.against(candidate(implementation, line, true, 0))).contains(defect);
    }

    @ParameterizedTest
    @CsvSource({
        "SUM_OVERWRITTEN, brg_conv_fwd:avx2, ic16oc16_ih3oh3kh3ph1_iw7ow2kw3sw4pw3",
        "UNALIGNED_SUM,   jit_dw:sse41,      g5ic5oc5ih7oh7kh3ph1",
    })
    void of_sum_isThatDefect(KnownDefect defect, String implementation, String line) {
        assertThat(Guards.ALL.against(candidate(implementation, line + " --attr-post-ops=sum:1", false, 0)))
                .contains(defect);
        assertThat(Guards.ALL.against(candidate(implementation, line, false, 0)))
                .isEmpty();
    }

    /** Which post-op it is makes no difference: none has a kernel. */
    @ParameterizedTest
    @ValueSource(strings = {"relu", "add:1", "mul:2", "max:1", "min:1", "prelu:0.5"})
    void of_anyPostOpRightOfSource_isThatDefect(String postOp) {
        String line = "ic31iw2oc5ow4kw1pw0 --attr-post-ops=" + postOp;
        assertThat(Guards.ALL.against(candidate("brg_conv_fwd:avx2", line, false, 0)))
                .contains(KnownDefect.NO_KERNEL_RIGHT_OF_SOURCE);
    }

    @Test
    void of_sumBehindAGradientsKernel_isNone() {
        String line = "deconv g2ic2oc2_ih2oh2kh3sh3ph1_iw9ow23kw1sw3pw0 --attr-post-ops=sum:1";
        assertThat(Guards.ALL.against(candidate("conv:any+jit_dw:sse41", line, true, 0)))
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
        "jit:avx2, ic1iw1oc1ow1kw2dw16777214pw16777215",
        "conv:any+brgconv_strided:avx2, deconv ic2oc2iw2ow4099kw3sw4096",
    })
    void of_nearestNeighbour_isNone(String implementation, String line) {
        assertThat(Guards.ALL.against(candidate(implementation, line, true, 0))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "jit_1x1:avx2,                     ic1iw536870912oc1ow536870912kw1,   true",
        "jit_uni_ncsp:matmul+brg_matmul,   ic1iw536870912oc1ow536870912kw1,   true",
        "jit_1x1:avx2,                     ic1iw536870911oc1ow536870911kw1,   false",
        "brg_conv_fwd:avx2,                ic1iw536870912oc1ow536870912kw1,   false",
    })
    void of_imageOfTwoGibibytes_isHugeImage(String implementation, String line, boolean strikes) {
        assertThat(Guards.ALL
                        .against(candidate(implementation, "mb1" + line, false, 0))
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
        "FIRST_CONSTANT_FOR_ALL, jit_deconvolution:avx512_core_vnni, deconv ic9iw1oc2kw1 --dt=s8 --attr-post-ops=add:1*2, true",
        "FIRST_CONSTANT_FOR_ALL, brg_conv_fwd:avx512_core_vnni, ic9iw3oc2kw3 --dt=s8 --attr-post-ops=add:1*2, false",
        // two groups, an s8 source or a zero point; 17 outputs
        "PADDED_CHANNELS, brg_conv_fwd:avx512_core_vnni, g2ic2iw8oc34kw3 --dt=u8:s8:s32,               true",
        "PADDED_CHANNELS, brg_conv_fwd:avx512_core_vnni, g2ic2iw8oc32kw3 --dt=u8:s8:s32,               false",
        "PADDED_CHANNELS, brg_conv_fwd:avx512_core_vnni, g2ic4iw8oc34kw3 --dt=u8:s8:s32,               false",
        "PADDED_CHANNELS, brg_conv_fwd:avx512_core_vnni, g2ic2iw8oc34kw3dw1 --dt=u8:s8:s32,            false",
        "PADDED_CHANNELS, brg_conv_fwd:avx2_vnni,        g2ic2iw8oc34kw3 --dt=u8:s8:s32,               false",
        "PADDED_CHANNELS, brg_conv_fwd:avx512_core_vnni, ic1iw8oc17kw3 --dt=s8:s8:s32 --attr-zero-points=src:common:1, true",
        "PADDED_CHANNELS, brg_conv_fwd:avx512_core_vnni, ic1iw8oc17kw3 --dt=s8:s8:s32, true",
        "PADDED_CHANNELS, brg_conv_fwd:avx512_core_vnni, ic1iw8oc17kw3 --dt=u8:s8:s32, false",
        "PADDED_CHANNELS, brg_conv_fwd:avx512_core_vnni, ic1iw8oc16kw3 --dt=s8:s8:s32, false",
        "PADDED_CHANNELS, brg_conv_fwd:avx512_core_vnni, ic1iw8oc17kw3 --dt=u8:s8:s32 --attr-zero-points=src:common:1, true",
        "PADDED_CHANNELS, brg_conv_fwd:avx512_core,      g2ic2iw8oc34kw3,                              false",
        // padding of a whole window or more, dilation of a whole source
        "UNREACHED_ROW,   brg_conv_fwd:avx512_core_vnni, ic1oc8_ih4oh7kh2ph2_iw4ow3kw2pw0 --dt=u8:s8:s32, true",
        "UNREACHED_ROW,   brdgmm_dw:avx512_core_vnni, g16ic16oc16_ih4oh7kh2ph2_iw4ow3kw2pw0 --dt=u8:s8:s32, false",
        "UNREACHED_ROW,   brdgmm_dw:avx512_core_vnni, g16ic16oc16_ih4oh7kh2ph2_iw4ow3kw2pw0 --dt=s8:s8:s32, true",
        "UNREACHED_ROW,   brdgmm_dw:avx512_core_vnni, g16ic16oc16_ih4oh5kh2ph1_iw4ow3kw2pw0 --dt=s8:s8:s32, false",
        "UNREACHED_ROW,   brg_conv_fwd:avx512_core_vnni, ic1oc8_ih4oh5kh2ph1_iw4ow3kw2pw0 --dt=u8:s8:s32, false",
        "UNREACHED_ROW,   brg_conv_fwd:avx512_core_vnni, ic2oc8_ih4oh7kh2ph2_iw4ow3kw2pw0 --dt=u8:s8:s32, false",
        "UNREACHED_ROW,   brg_conv_fwd:avx512_core_vnni, ic1oc8_ih1oh1kh2dh1ph1_iw4ow2kw3pw0 --dt=u8:s8:s32, true",
        "UNREACHED_ROW,   brg_conv_fwd:avx512_core_vnni, ic1oc8_ih2oh2kh2dh1ph1_iw4ow2kw3pw0 --dt=u8:s8:s32, false",
        "UNREACHED_COLUMN, brg_conv_fwd:avx2_vnni,       ic5iw1oc6ow1kw2dw1pw1 --dt=s8:s8:s32,         true",
        "UNREACHED_COLUMN, brg_conv_fwd:avx2_vnni,       ic5iw2oc6ow2kw2dw1pw1 --dt=s8:s8:s32,         false",
        "UNREACHED_COLUMN, brg_conv_fwd:avx2_vnni,       ic5iw1oc6ow1kw2dw1pw1 --dt=u8:s8:s32,         false",
        "UNREACHED_COLUMN, brg_conv_fwd:avx2_vnni,       ic5iw1oc6ow1kw2dw1pw1 --dt=u8:s8:s32 --attr-zero-points=src:common:1, true",
        "UNREACHED_COLUMN, brg_deconv:avx512_core_vnni+brg_conv_fwd:avx512_core_vnni, deconv ic5iw2oc6ow1kw2dw2pw2 --dt=s8:s8:s32, true",
        "UNREACHED_COLUMN, brg_deconv:avx512_core_vnni+brg_conv_fwd:avx512_core_vnni, deconv ic5iw3oc6ow2kw2dw2pw2 --dt=s8:s8:s32, false",
        "UNREACHED_OUTPUT, jit_deconvolution:avx512_core_vnni, deconv ic5iw4oc6kw1sw2 --dt=s8:s8:s32,  true",
        "UNREACHED_OUTPUT, jit_deconvolution:avx512_core_vnni, deconv ic5iw4oc6kw2sw2 --dt=s8:s8:s32,  false",
        "UNREACHED_OUTPUT, jit_uni_int8:avx2_vnni,             deconv ic5iw4oc6kw2dw1 --dt=s8:s8:s32,  true",
        "UNREACHED_OUTPUT, jit_uni_int8:avx2_vnni,             deconv ic5iw4oc6kw2dw1 --dt=u8:s8:s32,  false",
        "UNREACHED_OUTPUT, jit_deconvolution:avx512_core_vnni, deconv ic5iw4oc6ow9kw2sw2pw0 --dt=u8:s8:s32, true",
        "UNREACHED_OUTPUT, jit_deconvolution:avx512_core_vnni, deconv ic5iw4oc6ow8kw3sw2pw1 --dt=s8:s8:s32, false",
        "UNREACHED_OUTPUT, conv:any+x64:gemm_s8s8s32:jit,      deconv ic5iw4oc6kw1sw2 --dt=s8:s8:s32,  false",
        "BESIDE_UNREACHED_COLUMN, jit_uni_int8:avx2_vnni,      ic5iw1oc1ow5kw3dw1pw4 --dt=u8:s8:s32,   true",
        "BESIDE_UNREACHED_COLUMN, jit_uni_int8:avx2_vnni,      ic5iw2oc1ow4kw3dw1pw3 --dt=u8:s8:s32,   false",
        "BESIDE_UNREACHED_COLUMN, jit_int8:avx512_core_vnni,   ic5iw1oc1ow5kw3dw1pw4 --dt=u8:s8:s32,   false",
        "SCALED_SUM,        x64:gemm_s8s8s32:jit,          ic9iw5oc6kw2 --dt=s8:s8:s32 --attr-post-ops=sum, true",
        "SCALED_SUM,        x64:gemm_s8s8s32:jit,          ic9iw5oc6kw2 --dt=s8:s8:f32 --attr-post-ops=sum, false",
        "SCALED_SUM,        x64:gemm_s8s8s32:jit,          ic9iw5oc6kw2 --dt=s8:s8:s32,               false",
        "NO_KERNEL_RIGHT_OF_SOURCE, brg_conv_fwd:avx2_vnni, ic31iw2oc5ow4kw1pw0 --dt=s8:s8:s32,       true",
        "NO_KERNEL_RIGHT_OF_SOURCE, brg_conv_fwd:avx512_core_bf16, ic31iw2oc5ow4kw1pw0 --dt=bf16,     true",
    })
    void of_layerOfOtherTypes_isThatDefectOrNone(
            KnownDefect defect, String implementation, String line, boolean strikes) {
        assertThat(Guards.ALL
                        .against(candidate(implementation, line, false, 0))
                        .filter(defect::equals)
                        .isPresent())
                .isEqualTo(strikes);
    }

    /** What a kernel without VNNI does does not depend on whether others have it. */
    @ParameterizedTest
    @CsvSource({
        "jit_uni_int8:avx2,              s8, 1,  true",
        "jit_uni_int8:avx2,              u8, 64, false",
        "jit_uni_int8:avx2,              u8, 65, true",
        "jit_int8:avx512_core,           s8, 1,  true",
    })
    void of_kernelWithoutVnni_isSaturatedPairs(
            String implementation, String src, double largestWeight, boolean strikes) {
        assertThat(KnownDefect.SATURATED_PAIRS.strikes(
                        candidate(implementation, "ic9iw5oc6kw2 --dt=" + src + ":s8:s32", largestWeight)))
                .isEqualTo(strikes);
    }

    /** Of the kernels for AVX2, only where AVX-512 is in effect. */
    @ParameterizedTest
    @CsvSource({
        "brg_conv_fwd:avx2_vnni,           28, min:1, true",
        "brg_conv_fwd:avx2,                28, min:1, true",
        "brg_conv_fwd:avx2_vnni,           32, min:1, false",
        "brg_conv_fwd:avx512_core_vnni,    28, min:1, false",
        "conv:any+brgconv_strided:avx2,    28, min:1, false",
    })
    void of_constantsOfLastChannels_isThatDefect(String implementation, int channels, String postOp, boolean strikes) {
        String line = "ic9ih2oh1kh2_iw1ow1kw1oc" + channels + " --attr-post-ops=" + postOp + "*2".repeat(channels - 1);
        Set<Integer> without = Set.of(
                dnnl.dnnl_cpu_isa_sse41, dnnl.dnnl_cpu_isa_avx, dnnl.dnnl_cpu_isa_avx2, dnnl.dnnl_cpu_isa_avx2_vnni);
        boolean hasAvx512 = !without.contains(dnnl.dnnl_get_effective_cpu_isa());

        assertThat(KnownDefect.CONSTANTS_OF_LAST_CHANNELS.strikes(candidate(implementation, line, 0)))
                .isEqualTo(strikes && hasAvx512);
    }

    @Test
    void of_integerGemmChannelsFirst_isUncheckedLayout() {
        ConvolutionProblem problem = ConvolutionProblem.parse("ic9iw5oc6kw2 --dt=u8:s8:s32");
        var candidate = new Candidate(
                "x64:gemm_s8u8s32:jit",
                ForwardShape.of(problem),
                problem.descriptor(),
                problem.descriptor().types(),
                Forms.both(Form.CHANNELS_FIRST),
                0,
                false,
                0);
        assertThat(Guards.ALL.against(candidate)).contains(KnownDefect.UNCHECKED_LAYOUT);
    }

    @ParameterizedTest
    @CsvSource({"1073741824, false", "1073741825, true"})
    void of_scratchpadFarLargerThanTensors_isHugeScratchpad(long bytes, boolean strikes) {
        assertThat(Guards.ALL
                        .against(candidate(BRGEMM, "ic16ih8oc16oh8kh3ph1", false, bytes))
                        .isPresent())
                .isEqualTo(strikes);
    }

    private static Candidate candidate(String implementation, String line, boolean bias, long scratchpadBytes) {
        return candidate(implementation, line, bias, scratchpadBytes, 0);
    }

    private static Candidate candidate(String implementation, String line, double largestWeight) {
        return candidate(implementation, line, false, 0, largestWeight);
    }

    private static Candidate candidate(
            String implementation, String line, boolean bias, long scratchpadBytes, double largestWeight) {
        ConvolutionProblem problem = ConvolutionProblem.parse(line);
        return new Candidate(
                implementation,
                ForwardShape.of(problem),
                problem.descriptor(),
                problem.descriptor().types(),
                Forms.both(Form.CHANNELS_LAST),
                largestWeight,
                bias,
                scratchpadBytes);
    }
}
