package io.github.faltung.checking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DirectionTest {
    @ParameterizedTest
    @CsvSource({
        "forward, FORWARD, FWD_B",
        "Fwd_b, FORWARD, FWD_B",
        "backward-data, BACKWARD_DATA, BWD_D",
        "BWD_D, BACKWARD_DATA, BWD_D",
        "backward-weights, BACKWARD_WEIGHTS, BWD_W",
        "bwd_w, BACKWARD_WEIGHTS, BWD_W",
        "BWD_WB, BACKWARD_WEIGHTS, BWD_W"
    })
    void parse_eachName_isTheDirection(String name, Direction direction, String shortName) {
        assertThat(Direction.parse(name)).isEqualTo(direction);
        assertThat(Direction.parse(direction.toString())).isEqualTo(direction);
        assertThat(direction.shortName()).isEqualTo(shortName);
    }

    @Test
    void parse_unknownName_throwsWithAll() {
        assertThatThrownBy(() -> Direction.parse("sideways"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("direction must be one of [forward, backward-data, backward-weights], or of FWD_B, BWD_D,"
                        + " BWD_W, BWD_WB, but was 'sideways'");
    }
}
