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

    /** Behind a transposed layer on the source: outputs o depend on (o + padding − kernel + 1)/stride to (o + padding)/stride. */
    private static ReceptiveField transposed(int kernel, int stride, int padding) {
        return ReceptiveField.SOURCE.behind(new AxisGeometry(9, 9, kernel, stride, 1, kernel, padding, 0), true);
    }

    private static ReceptiveField regular(ReceptiveField before, int kernel, int stride, int padding) {
        return before.behind(new AxisGeometry(9, 9, kernel, stride, 1, kernel, padding, 0), false);
    }

    @Test
    void jump_transposed_isAFractionOfTheStride() {
        ReceptiveField field = transposed(3, 2, 0);

        assertThat(field.jump()).isEqualTo(0.5);
        assertThat(field.centre()).isEqualTo(-0.5); // of −1 to 0
        assertThat(field).hasToString("2 jump 0.5 start -1");
    }

    /** The transposed layer's output o sees values (o − 1)/2 to o/2, and a value v the source from 2v − 1 to 2v + 1. */
    @Test
    void behind_transposedAfterAsStrided_isInWholeNumbersAgain() {
        ReceptiveField field =
                regular(ReceptiveField.SOURCE, 3, 2, 1).behind(new AxisGeometry(9, 9, 2, 2, 1, 2, 0, 0), true);

        assertThat(field.jump()).isEqualTo(1);
        assertThat(field.size()).isEqualTo(4);
        assertThat(field.start()).isEqualTo(-2);
        assertThat(field.last(0)).isEqualTo(1);
        assertThat(field.centre()).isEqualTo(-0.5);
        assertThat(field.first(5)).isEqualTo(3);
        assertThat(field.last(5)).isEqualTo(6);
    }

    /** From −1/2 to 1/2 and from −5/3 to 2/3: together from −10/6 to 4/6. */
    @Test
    void hull_fieldsInOtherFractions_spansBothExactly() {
        ReceptiveField halves = transposed(3, 2, 1);
        ReceptiveField thirds = transposed(8, 3, 2);

        ReceptiveField hull = halves.hull(thirds);
        assertThat(hull.jump()).isEqualTo(0.5);
        assertThat(hull.size()).isEqualTo(3);
        assertThat(hull.centre()).isEqualTo(-0.5);
        assertThat(hull.first(0)).isEqualTo(-1);
        assertThat(hull.last(0)).isZero();
        assertThat(hull.first(7)).isEqualTo(2); // from 11/6
        assertThat(hull.last(7)).isEqualTo(4); // to 25/6

        ReceptiveField other = thirds.hull(halves);
        assertThat(other.jump()).isEqualTo(1.0 / 3);
        assertThat(other.centre()).isEqualTo(-0.5);
        assertThat(other.first(4)).isZero(); // from −2/6
        assertThat(other.last(4)).isEqualTo(2); // to 12/6
    }

    @Test
    void centre_regular_isBetweenFirstAndLast() {
        assertThat(regular(ReceptiveField.SOURCE, 4, 1, 1).centre()).isEqualTo(0.5); // of −1 to 2
        assertThat(regular(ReceptiveField.SOURCE, 3, 1, 3).centre()).isEqualTo(-2); // of −3 to −1
    }

    /** Half a step twice over is a whole one, whether or not it is counted in halves. */
    @Test
    void equals_sameFieldCountedInHalves_isEqualAndHashesAlike() {
        ReceptiveField inHalves = regular(transposed(1, 2, 0), 3, 2, 4); // from −4/2 to −2/2
        ReceptiveField inWholes = regular(ReceptiveField.SOURCE, 2, 1, 2); // from −2 to −1

        assertThat(inHalves).isEqualTo(inWholes).hasSameHashCodeAs(inWholes);
        assertThat(inWholes).isEqualTo(inHalves);
    }

    @Test
    void equals_anyOtherNumber_isNotEqual() {
        ReceptiveField field = regular(ReceptiveField.SOURCE, 3, 2, 1); // from −1 to 1, 2 apart

        assertThat(field).isNotEqualTo(regular(ReceptiveField.SOURCE, 4, 2, 2)); // from −2
        assertThat(field).isNotEqualTo(regular(ReceptiveField.SOURCE, 4, 2, 1)); // to 2
        assertThat(field).isNotEqualTo(regular(ReceptiveField.SOURCE, 3, 1, 1)); // 1 apart
        assertThat(field).isNotEqualTo(null).isNotEqualTo("3 jump 2.0 start -1");
    }

    @Test
    void hashCode_fieldsOfOneCentreOrOneSize_differ() {
        ReceptiveField field = regular(ReceptiveField.SOURCE, 3, 1, 1);

        assertThat(field.hashCode())
                .isNotEqualTo(regular(ReceptiveField.SOURCE, 5, 1, 2).hashCode());
        assertThat(field.hashCode())
                .isNotEqualTo(regular(ReceptiveField.SOURCE, 3, 1, 0).hashCode());
    }
}
