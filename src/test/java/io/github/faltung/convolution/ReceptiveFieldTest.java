package io.github.faltung.convolution;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.tensor.Dims;
import org.junit.jupiter.api.Test;

class ReceptiveFieldTest {
    private static ReceptiveField field(Link... links) {
        return SequentialDescriptor.of(links)
                .table(Dims.of(1, 1, 9))
                .rows()
                .get(links.length - 1)
                .fields()
                .get(0);
    }

    private static Link strided() {
        return Link.of(ConvolutionDescriptor.conv1d(1, 1)
                .kernel(3)
                .stride(2)
                .padding(1)
                .build());
    }

    @Test
    void firstAndLast_strided_stepWithTheStrides() {
        ReceptiveField field = field(strided(), strided());

        assertThat(field.first(0)).isEqualTo(-3).isEqualTo(field.start());
        assertThat(field.last(0)).isEqualTo(3);
        assertThat(field.first(2)).isEqualTo(5);
        assertThat(field.last(2) - field.first(2) + 1).isEqualTo(field.size());
    }

    @Test
    void firstAndLast_transposed_dependOnTheOutputsPhase() {
        Link up = Link.of(
                ConvolutionDescriptor.transposed1d(1, 1).kernel(3).stride(2).build());
        ReceptiveField field = field(up);

        assertThat(field.first(2)).isZero(); // output 2 gets source 0 by its last weight and source 1 by its first
        assertThat(field.last(2)).isEqualTo(1);
        assertThat(field.first(3)).isEqualTo(1); // output 3 gets source 1 alone
        assertThat(field.last(3)).isEqualTo(1);
    }

    @Test
    void firstAndLast_gaps_seeNothing() {
        ReceptiveField field = field(Link.of(
                ConvolutionDescriptor.transposed1d(1, 1).kernel(1).stride(2).build()));

        assertThat(field.last(1)).isLessThan(field.first(1));
        assertThat(field.last(2)).isEqualTo(field.first(2)).isEqualTo(1);
    }
}
