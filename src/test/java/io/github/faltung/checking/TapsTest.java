package io.github.faltung.checking;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.convolution.ConvolutionProblem;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class TapsTest {
    /** Weights {@code [OC, IC/G, k]}: an output's taps lie side by side. */
    @Test
    void at_regularLayer_countsWithinTheFilter() {
        Taps taps = Taps.of(ConvolutionProblem.parse("g2ic4iw9oc6kw5").descriptor());
        assertThat(taps.count()).isEqualTo(10);
        assertThat(taps.at(0)).isZero();
        assertThat(taps.at(9)).isEqualTo(9);
        assertThat(taps.at(10)).isZero();
    }

    /** Weights {@code [IC, OC/G, k]}: an output's taps lie OC/G windows apart. */
    @Test
    void at_transposedLayer_numbersEachOutputsTapsOnce() {
        Taps taps = Taps.of(ConvolutionProblem.parse("deconv g2ic4iw9oc6kw5").descriptor());
        assertThat(taps.count()).isEqualTo(10);
        for (int group = 0; group < 2; group++) {
            for (int oc = 0; oc < 3; oc++) {
                var seen = new TreeSet<Long>();
                for (int ic = 0; ic < 2; ic++) {
                    for (int k = 0; k < 5; k++) {
                        seen.add(taps.at(((group * 2 + ic) * 3 + oc) * 5 + k));
                    }
                }
                assertThat(seen).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
            }
        }
    }
}
