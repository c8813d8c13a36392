package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.convolution.ConvolutionProblem;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which problems the defect strikes on which implementation, and that their nearest neighbours are left alone. */
class GradientDefectTest {
    @ParameterizedTest
    @CsvSource({
        "jit_1x1:avx2,                               mb32ic4ih32oc8oh16kh1sh2ph0,   true",
        "jit_uni_ncsp:conv+jit_1x1:avx512_core,      ic15ih32oc16oh16kh1sh2ph0,     true",
        "jit_bf16_1x1:avx512_core_bf16,              ic15ih32oc16oh16kh1sh2ph0,     true",
        "jit_uni_ncsp:conv+jit_bf16_1x1:avx512_core, ic8ih32oc16oh16kh1sh2ph0,      true",
        "jit_bf16_1x1:avx512_core_bf16,              ic16ih32oc16oh16kh1sh2ph0,     false",
        "jit_1x1:avx512_core,                        ic16ih32oc16oh16kh1sh2ph0,     false",
        "jit_1x1:avx512_core,                        ic4ih32oc16oh32kh1ph0,         false",
        "jit_bf16:avx512_core,                       ic16ih3iw2oc32oh3ow1kh3kw3sw3pw1, true",
        "jit_bf16:avx512_core,                       ic16ih3iw3oc32oh3ow1kh3kw3sw3pw1, false",
        "jit_uni_ncsp:conv+jit_bf16:avx512_core,     ic16iw1oc34ow1kw4sw3pw1,       true",
        "brgconv_bwd_w:avx512_core_amx,              ic16iw1oc34ow1kw4sw3pw1,       true",
        "jit:avx512_core,                            ic16iw1oc34ow1kw4sw3pw1,       false",
        "x64:gemm:jit,                               ic4ih32oc16oh16kh1sh2ph0,      false",
    })
    void of_stridedPointwise_isTheDefectWithFewChannels(String implementation, String line, boolean strikes) {
        ForwardShape shape = ForwardShape.of(ConvolutionProblem.parse(line));

        assertThat(Guards.ALL.against(implementation, shape).isPresent()).isEqualTo(strikes);
    }
}
