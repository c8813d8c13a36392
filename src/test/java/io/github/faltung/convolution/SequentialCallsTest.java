package io.github.faltung.convolution;

import static io.github.faltung.convolution.ConvolutionDescriptor.conv2d;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a chain hands to its layers, keeps from call to call and closes. */
@Timeout(30)
class SequentialCallsTest {
    private static final Dims SRC = Dims.of(1, 2, 3, 3);
    private static final SequentialDescriptor CHAIN = SequentialDescriptor.of(
            Link.of(conv2d(2, 2).build()),
            Link.of(conv2d(2, 2).build()),
            Link.of(conv2d(2, 2).build()));

    private final FakeEngine.Freed freed = new FakeEngine.Freed();
    private final List<Tensor> written = new ArrayList<>();
    private final Engine engine = new FakeEngine("fake", freed, (src, dst) -> written.add(dst));
    private final Tensor weights = Tensor.allocate(Dims.of(2, 2, 1, 1));
    private final List<Tensor> parameters = List.of(weights, weights, weights);
    private final Tensor src = Tensor.allocate(SRC);
    private final Tensor dst = Tensor.allocate(SRC);

    @AfterEach
    void closeAll() {
        engine.close();
        weights.close();
        src.close();
        dst.close();
    }

    @Test
    void forward_again_usesTheSameTensorsBetween() {
        try (Sequential chain = Sequential.prepare(engine, CHAIN, parameters)) {
            chain.forward(src, dst);
            chain.forward(src, dst);
            assertThat(written).hasSize(6);
            assertThat(written.get(2)).isSameAs(dst);
            assertThat(written.get(3)).isSameAs(written.get(0)).isNotSameAs(dst);
            assertThat(written.get(4)).isSameAs(written.get(1)).isNotSameAs(written.get(0));
            assertThat(chain.descriptor()).isEqualTo(CHAIN);
        }
    }

    @Test
    void close_chain_closesItsLayersAndTheTensorsBetween() {
        Sequential chain = Sequential.prepare(engine, CHAIN, parameters);
        chain.forward(src, dst);
        assertThat(freed.layers).hasValue(0);
        assertThat(written.get(0).isClosed()).isFalse();
        chain.close();
        assertThat(freed.layers).hasValue(3);
        assertThat(written.get(0).isClosed()).isTrue();
        assertThat(written.get(1).isClosed()).isTrue();
        assertThat(dst.isClosed()).isFalse();
        assertThatThrownBy(() -> chain.forward(src, dst)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> chain.implementationNames(SRC, Layout.CHANNELS_FIRST))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> chain.intermediateBytes(SRC)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void close_engine_closesTheTensorsBetween() {
        Sequential chain = Sequential.prepare(engine, CHAIN, parameters);
        chain.forward(src, dst);
        engine.close();
        assertThat(freed.layers).hasValue(3);
        assertThat(written.get(0).isClosed()).isTrue();
    }

    @Test
    void prepare_thirdLayerFails_closesTheFirstTwo() {
        try (Tensor unsupported = Tensor.of(new float[] {-1, 0, 0, 0}, weights.dims())) {
            assertThatThrownBy(() -> Sequential.prepare(engine, CHAIN, List.of(weights, weights, unsupported)))
                    .isInstanceOf(UnsupportedConvolutionException.class);
        }
        assertThat(freed.layers).hasValue(2);
    }

    @Test
    void forward_sourceInALayout_isThatOfWhatLiesBetweenAndComesOut() {
        try (Sequential chain = Sequential.prepare(engine, CHAIN, parameters);
                Tensor last = Tensor.allocate(src.dataType(), SRC, Layout.CHANNELS_LAST);
                Tensor out = chain.forward(src);
                Tensor outLast = chain.forward(last)) {
            assertThat(written).hasSize(6);
            for (Tensor tensor : written.subList(0, 3)) {
                assertThat(tensor.isDense(Layout.CHANNELS_FIRST)).isTrue();
            }
            for (Tensor tensor : written.subList(3, 6)) {
                assertThat(tensor.isDense(Layout.CHANNELS_LAST)).isTrue();
            }
            assertThat(written.get(2)).isSameAs(out);
            assertThat(written.get(5)).isSameAs(outLast);
        }
    }

    /** A source of one element per channel is dense in both layouts, and no reason to leave the usual one. */
    @Test
    void forward_sourceDenseInBothLayouts_countsAsChannelsFirst() {
        var chains = new ChannelsLast();
        try (chains;
                Sequential chain = Sequential.prepare(chains, CHAIN, parameters);
                Tensor one = Tensor.allocate(Dims.of(1, 2, 1, 1));
                Tensor out = chain.forward(one)) {
            assertThat(out.dims()).isEqualTo(one.dims());
            assertThat(chains.asked).containsExactly(Layout.CHANNELS_FIRST);
        }
    }

    @Test
    void forward_wrongDestination_isRefusedAndLeavesTheChainUsable() {
        try (Sequential chain = Sequential.prepare(engine, CHAIN, parameters);
                Tensor wide = Tensor.allocate(Dims.of(1, 2, 3, 4))) {
            assertThatThrownBy(() -> chain.forward(src, wide))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("dst must have dims 1x2x3x3, but was 1x2x3x4: " + CHAIN);
            assertThatThrownBy(() -> chain.forward(src, src))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("dst must not share memory with src, but was " + src + ": " + CHAIN);
            assertThat(written).isEmpty();
            chain.forward(src, dst);
            assertThat(written).hasSize(3);
        }
    }

    @Test
    void forward_layerFails_closesTheOutputThatNobodyGets() {
        BiConsumer<Tensor, Tensor> failing = (from, to) -> {
            written.add(to);
            if (written.size() == 3) {
                throw new ArithmeticException("boom");
            }
        };
        try (Engine other = new FakeEngine("failing", freed, failing);
                Sequential chain = Sequential.prepare(other, CHAIN, parameters)) {
            assertThatThrownBy(() -> chain.forward(src)).isInstanceOf(ArithmeticException.class);
            assertThat(written.get(2).isClosed()).isTrue();
            assertThat(written.get(1).isClosed()).isFalse();
        }
    }

    @Test
    void forward_arrays_areChannelsFirst() {
        BiConsumer<Tensor, Tensor> copy = (from, to) -> to.copyFrom(from);
        try (Engine other = new FakeEngine("copying", freed, copy);
                Sequential chain = Sequential.prepare(other, CHAIN, parameters)) {
            var values = new float[18];
            for (int i = 0; i < values.length; i++) {
                values[i] = i;
            }
            assertThat(chain.forward(values, SRC)).containsExactly(values);
        }
    }

    @Test
    void intermediateBytes_twoTensorsBetween_areTheirSum() {
        try (Sequential chain = Sequential.prepare(engine, CHAIN, parameters)) {
            assertThat(chain.intermediateBytes(SRC)).isEqualTo(2 * 18 * Float.BYTES);
            chain.forward(src, dst);
            assertThat(chain.intermediateBytes(SRC)).isEqualTo(2 * 18 * Float.BYTES);
            chain.forward(src, dst);
            assertThat(written.get(3)).isSameAs(written.get(0)); // which the question has given back
        } // closing would wait for ever if a call still counted
    }

    @Test
    void implementationNames_engineWithALayoutOfItsOwn_areOfWhatLiesBetween() {
        try (Engine other = new ChannelsLast();
                Sequential chain = Sequential.prepare(other, CHAIN, parameters)) {
            assertThat(chain.implementationNames(SRC, Layout.CHANNELS_FIRST))
                    .containsExactly(
                            "CHANNELS_FIRST to CHANNELS_LAST",
                            "CHANNELS_LAST to CHANNELS_LAST",
                            "CHANNELS_LAST to CHANNELS_FIRST");
        } // closing would wait for ever if a call still counted
    }

    /** An engine whose chains have channels last between their layers, and which tells what it was asked. */
    private static final class ChannelsLast extends Engine {
        private final List<Layout> asked = new ArrayList<>();

        ChannelsLast() {
            super("last", () -> {});
        }

        @Override
        public Layout chainLayout(Layout src) {
            asked.add(src);
            return Layout.CHANNELS_LAST;
        }

        @Override
        protected Convolution prepare(ConvolutionDescriptor descriptor, Tensor weights, @Nullable Tensor bias) {
            return new Convolution(this, descriptor, () -> {}) {
                @Override
                protected void compute(Tensor src, Tensor dst) {
                    dst.copyFrom(src);
                }

                @Override
                protected Explanation explain(ConvolutionProblem problem, Layout src, Layout dst) {
                    return new Explanation(problem.toString(), "last", "direct", src + " to " + dst, 0, 0, List.of());
                }
            };
        }
    }
}
