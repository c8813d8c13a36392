package io.github.faltung.checking;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.tensor.Dims;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class OutputSampleTest {
    private static final Dims LARGE = Dims.of(2, 16, 100, 100);

    @Test
    void of_fewOutputs_takesAll() {
        OutputSample sample = OutputSample.of(Dims.of(2, 3, 4), 24, 1);
        assertThat(sample.positions()).containsExactly(LongStream.range(0, 24).toArray());
        assertThat(sample.isWhole()).isTrue();
        assertThat(sample).hasToString("all 24 outputs");
    }

    @Test
    void of_manyOutputs_takesDistinctOnesWithFirstAndLast() {
        OutputSample sample = OutputSample.of(LARGE, 1000, 1);
        assertThat(sample.isWhole()).isFalse();
        assertThat(sample.size()).isBetween(900, 1000);
        assertThat(sample.positions()).isSorted().doesNotHaveDuplicates().contains(0, LARGE.elements() - 1);
        assertThat(sample).hasToString(sample.size() + " of 320000 outputs");
    }

    @Test
    void of_manyOutputs_takesHalfFromTheBorderOfEveryAxis() {
        long[] positions = OutputSample.of(LARGE, 1000, 1).positions();
        for (long border : new long[] {0, 99}) {
            assertThat(LongStream.of(positions).filter(p -> p % 100 == border).count())
                    .isBetween(90L, 200L);
            assertThat(LongStream.of(positions)
                            .filter(p -> p / 100 % 100 == border)
                            .count())
                    .isBetween(90L, 200L);
        }
    }

    @Test
    void of_seed_decides() {
        long[] one = OutputSample.of(LARGE, 1000, 1).positions();
        assertThat(OutputSample.of(LARGE, 1000, 1).positions()).containsExactly(one);
        assertThat(OutputSample.of(LARGE, 1000, 2).positions()).isNotEqualTo(one);
    }

    @Test
    void of_moreThanIntOutputs_samplesAll() {
        Dims huge = Dims.of(1, 1 << 20, 1 << 20);
        long[] positions = OutputSample.of(huge, 100, 1).positions();
        assertThat(LongStream.of(positions).filter(p -> p > huge.elements() / 2).count())
                .isBetween(25L, 75L);
    }

    @Test
    void outputsWithin_price_isWhatTheProductsCost() {
        ConvolutionProblem cheap = ConvolutionProblem.parse("g16ic16ih100oc16kh1");
        ConvolutionProblem dear = ConvolutionProblem.parse("ic4096ih100oc16kh3ph1");
        assertThat(OutputSample.outputsWithin(cheap, 1 << 20)).isEqualTo((1 << 20) / 17);
        assertThat(OutputSample.outputsWithin(dear, 1 << 20)).isEqualTo(64);
    }
}
