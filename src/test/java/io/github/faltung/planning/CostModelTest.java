package io.github.faltung.planning;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.tensor.Layout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the model expects of processors whose vectors differ. */
class CostModelTest {
    private static final Hardware AVX512 = new Hardware(2, 16, 16, 0.5);
    private static final Hardware AVX512_IN_HALVES = new Hardware(2, 8, 16, 2);
    private static final Hardware AVX2 = new Hardware(2, 8, 8, 0.5);
    private static final Hardware AVX2_IN_HALVES = new Hardware(2, 4, 8, 0.5);

    private static double cost(String line, Layout layout, Hardware hardware) {
        return new CostModel(1, hardware).of(Tasks.of(line, layout));
    }

    /** Where oneDNN unfolds channels first, it copies each element once for each tap. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "conv g64mb1ic64id16ih28iw28oc64kd3kh3kw3pd1ph1pw1",
                "conv g32mb1ic32ih112oc32kh3ph1",
                "conv mb1ic16ih112oc16kh7ph3",
                "deconv g64mb1ic64ih28oc64oh56kh4sh2ph1"
            })
    void of_channelsFirst_costsCopiesForEachTapOnlyWithShortVectors(String line) {
        assertThat(firstOverLast(line, AVX2)).isGreaterThan(1.5 * firstOverLast(line, AVX512));
        assertThat(firstOverLast(line, AVX2_IN_HALVES)).isGreaterThan(1.5 * firstOverLast(line, AVX512_IN_HALVES));
    }

    private static double firstOverLast(String line, Hardware hardware) {
        return cost(line, Layout.CHANNELS_FIRST, hardware) / cost(line, Layout.CHANNELS_LAST, hardware);
    }

    /** Eight outputs fill a vector of eight, and half of one of sixteen. */
    @ParameterizedTest
    @ValueSource(strings = {"conv mb1ic64ih56oc8kh3ph1", "conv mb1ic64ih56oc24kh3ph1"})
    void of_outputsOfEight_costAsMuchAsTheirShareOfSixteenWithShortVectors(String line) {
        String whole = line.replace("oc8", "oc16").replace("oc24", "oc48");
        assertThat(cost(line, Layout.CHANNELS_LAST, AVX2)).isLessThan(0.6 * cost(whole, Layout.CHANNELS_LAST, AVX2));
        assertThat(cost(line, Layout.CHANNELS_LAST, AVX512))
                .isGreaterThan(0.6 * cost(whole, Layout.CHANNELS_LAST, AVX512));
    }

    /** Arithmetic takes twice as long there, copies don't. */
    @ParameterizedTest
    @ValueSource(strings = {"conv mb1ic64ih56oc64kh3ph1", "conv mb1ic256ih14oc256kh3ph1"})
    void of_denseLayer_costsTwiceAsMuchWhereVectorsOfEightAreCut(String line) {
        double ratio = cost(line, Layout.CHANNELS_LAST, AVX2_IN_HALVES) / cost(line, Layout.CHANNELS_LAST, AVX2);
        assertThat(ratio).isBetween(1.8, 2.0);
    }
}
