package io.github.faltung.convolution;

import static io.github.faltung.convolution.ConvolutionDescriptor.conv1d;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.tensor.Dims;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Where values lie and what is copied, for chains small enough to follow by hand. */
class ChainPlacesTest {
    private static final int SOURCE = ChainPlaces.SOURCE;
    private static final int DESTINATION = ChainPlaces.DESTINATION;

    private static Link layer(int from, int to) {
        return Link.of(conv1d(from, to).build());
    }

    private static Link adding(int from, int to) {
        return Link.of(conv1d(from, to).postOps(PostOp.sum()).build());
    }

    private static ChainPlaces places(SequentialDescriptor chain) {
        var shapes = new ArrayList<ChainShape>();
        List<Dims> dims = chain.valueDims(
                Dims.of(1, chain.links().get(0).parameterDims().get(0).get(1), 5));
        for (int value = 0; value < dims.size(); value++) {
            shapes.add(new ChainShape(chain.valueType(value), dims.get(value)));
        }
        return new ChainPlaces(chain, shapes);
    }

    private static void assertPlaces(SequentialDescriptor chain, Integer... expected) {
        ChainPlaces places = places(chain);
        assertThat(IntStream.range(0, expected.length).mapToObj(places::place))
                .as("%s", chain)
                .containsExactly(expected);
    }

    private static void assertCopies(SequentialDescriptor chain, Boolean... expected) {
        ChainPlaces places = places(chain);
        assertThat(IntStream.range(0, expected.length).mapToObj(places::copies))
                .as("%s", chain)
                .containsExactly(expected);
    }

    @Test
    void place_layersInARow_takeTurnsInTwoSlots() {
        SequentialDescriptor chain =
                SequentialDescriptor.of(layer(1, 1), layer(1, 1), layer(1, 1), layer(1, 1), layer(1, 1));
        assertPlaces(chain, SOURCE, 0, 1, 0, 1, DESTINATION);
        assertThat(places(chain).slots()).hasSize(2);
        assertCopies(chain, false, false, false, false, false);
    }

    @Test
    void place_valuesOfOtherDims_takeOtherSlots() {
        assertPlaces(
                SequentialDescriptor.of(layer(1, 2), layer(2, 3), layer(3, 2), layer(2, 4), layer(4, 1)),
                SOURCE,
                0,
                1,
                0,
                2,
                DESTINATION);
    }

    @Test
    void place_residualThatNobodyReadsLater_isTheDestination() {
        SequentialDescriptor chain =
                SequentialDescriptor.of(layer(1, 2), layer(2, 3)).thenAdding(1, adding(3, 2));
        assertPlaces(chain, SOURCE, DESTINATION, 0, DESTINATION);
        assertCopies(chain, false, false, false);
    }

    /** The first sum's residual lies where that sum goes, whose slot nobody else has until the last layer has read it. */
    @Test
    void place_residualWithinTheChain_isTheSlotOfItsSum() {
        SequentialDescriptor chain = SequentialDescriptor.of(layer(1, 2), layer(2, 2))
                .thenAdding(1, adding(2, 2))
                .then(layer(2, 2));
        assertPlaces(chain, SOURCE, 0, 1, 0, DESTINATION);
        assertCopies(chain, false, false, false, false);
    }

    @Test
    void copies_sourceOrItsOwnSource_isCopied() {
        assertCopies(new SequentialDescriptor(List.of(adding(1, 1)), List.of(0)), true);
        SequentialDescriptor source = SequentialDescriptor.of(layer(1, 1)).thenAdding(0, adding(1, 1));
        assertCopies(source, false, true);
        assertPlaces(source, SOURCE, 0, DESTINATION);
        SequentialDescriptor own = SequentialDescriptor.of(layer(1, 1)).thenAdding(1, adding(1, 1));
        assertCopies(own, false, true);
        assertPlaces(own, SOURCE, 0, DESTINATION);
    }

    /** Value 1 is added twice: copied by the layer that is not the last to read it, and made in the other's place. */
    @Test
    void copies_valueThatIsReadAgain_isCopiedUntilTheLastTime() {
        SequentialDescriptor chain = SequentialDescriptor.of(layer(1, 1), layer(1, 1))
                .thenAdding(1, adding(1, 1))
                .then(layer(1, 1))
                .thenAdding(1, adding(1, 1));
        assertCopies(chain, false, false, true, false, false);
        assertPlaces(chain, SOURCE, DESTINATION, 0, 1, 0, DESTINATION);
    }
}
