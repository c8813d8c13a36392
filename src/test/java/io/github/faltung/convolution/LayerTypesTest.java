package io.github.faltung.convolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.tensor.DataType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LayerTypesTest {
    /** Every combination is either allowed or refused; these are all that are allowed. */
    @Test
    void constructor_allCombinations_allowsThoseThatGoTogether() {
        List<String> allowed = new ArrayList<>();
        for (DataType src : DataType.values()) {
            for (DataType weights : DataType.values()) {
                for (DataType dst : DataType.values()) {
                    try {
                        allowed.add(new LayerTypes(src, weights, dst).toString());
                    } catch (IllegalArgumentException e) {
                        assertThat(e).hasMessageEndingWith("but were " + src + ":" + weights + ":" + dst);
                    }
                }
            }
        }
        assertThat(allowed)
                .containsExactlyInAnyOrder(
                        ("f32 bf16 bf16:bf16:f32 f16 f16:f16:f32 u8:u8:s32 u8:u8:f32 u8 u8:u8:s8 u8:s8:s32 u8:s8:f32 "
                                        + "u8:s8:u8 u8:s8:s8 s8:u8:s32 s8:u8:f32 s8:u8:u8 s8:u8:s8 s8:s8:s32 s8:s8:f32 s8:s8:u8 s8")
                                .split(" "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"f32", "bf16", "f16:f16:f32", "u8:s8:f32", "s8"})
    void parse_text_isThatOfTheTypes(String text) {
        assertThat(LayerTypes.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            f64     | data type must be one of [f32, bf16, f16, s32, u8, s8], but was 'f64'
            u8:s8   | types must be one, or three as src:weights:dst, but were 'u8:s8'
            s32     | types: src must be f32, bf16, f16, u8 or s8, but were s32:s32:s32
            f32:f32:bf16 | types: dst must be f32, as src, but were f32:f32:bf16
            bf16:f32:f32 | types: weights must be bf16, as src, but were bf16:f32:f32
            bf16:bf16:f16 | types: dst must be f32 or bf16, but were bf16:bf16:f16
            u8:f32:f32 | types: weights must be s8 or u8, since src is u8, but were u8:f32:f32
            u8:s8:bf16 | types: dst must be s32, f32, u8 or s8, since src is u8, but were u8:s8:bf16
            """)
    void parse_whatIsNoTypes_saysWhy(String text, String message) {
        assertThatThrownBy(() -> LayerTypes.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
