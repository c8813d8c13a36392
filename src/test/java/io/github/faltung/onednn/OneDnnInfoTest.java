package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OneDnnInfoTest {
    /** As oneDNN 3.11 said on an emulated AArch64 without SVE, and with SVE of 128, 256 and 512 bits; .ci/arm64 asks it again. */
    @ParameterizedTest
    @CsvSource({"0x1, ADVANCED_SIMD", "0x3, SVE_128", "0x7, SVE_256", "0x27, SVE_512", "0x5, ISA 0x5"})
    void armIsa_number_isArmsName(String number, String name) {
        assertThat(OneDnnInfo.armIsa(Integer.decode(number))).isEqualTo(name);
    }
}
