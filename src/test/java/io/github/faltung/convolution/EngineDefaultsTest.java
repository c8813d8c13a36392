package io.github.faltung.convolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an engine is and does that says nothing of it, and what one does that has another one compute. */
@Timeout(30)
class EngineDefaultsTest {
    /** One that says only what it has to. */
    private static class Bare extends Engine {
        Bare(String name, Runnable free) {
            super(name, free);
        }

        @Override
        protected Convolution prepare(ConvolutionDescriptor descriptor, Tensor weights, @Nullable Tensor bias) {
            throw new UnsupportedConvolutionException("none: " + descriptor);
        }
    }

    private static void assertEachOnce(Engine engine, int parts) {
        var calls = new AtomicIntegerArray(parts);
        engine.forEach(parts, calls::incrementAndGet);
        for (int i = 0; i < parts; i++) {
            assertThat(calls.get(i)).as("part %s", i).isEqualTo(1);
        }
    }

    @Test
    void defaults_engineThatSaysNothing_areThoseOfAPlainOne() {
        try (Engine engine = new Bare("bare", () -> {})) {
            assertThat(engine.fingerprint()).isEqualTo("bare");
            assertThat(engine.relativeSpeed(DataType.S8)).isEqualTo(1);
            assertThat(engine.lanes()).isEqualTo(1);
            assertThat(engine.vectorLength()).isEqualTo(1);
            assertThat(engine.threads()).isEqualTo(1);
            assertThat(engine.chainLayout(Layout.CHANNELS_LAST)).isEqualTo(Layout.CHANNELS_LAST);
        }
    }

    @Test
    void forEach_parts_areEachDoneOnce() {
        try (Engine engine = new Bare("bare", () -> {})) {
            assertEachOnce(engine, 17);
            assertEachOnce(engine, 0);
            assertThatThrownBy(() -> engine.forEach(-1, part -> {}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("parts must not be negative, but was -1");
        } // closing would wait for ever if a call still counted
    }

    @Test
    void forEach_closedEngine_throws() {
        Engine engine = new Bare("bare", () -> {});
        engine.close();
        assertThatThrownBy(() -> engine.forEach(1, part -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("bare is closed");
    }

    @Test
    void close_severalFailures_throwsTheFirstWithTheOthers() {
        var engine = new Bare("bare", () -> {
            throw new IllegalStateException("engine");
        });
        engine.adopt("layer", () -> {
            throw new ArithmeticException("layer");
        });
        assertThatThrownBy(engine::close)
                .isInstanceOf(ArithmeticException.class)
                .hasMessage("layer")
                .satisfies(e -> assertThat(e.getSuppressed())
                        .singleElement()
                        .isInstanceOf(IllegalStateException.class)
                        .extracting(Throwable::getMessage)
                        .isEqualTo("engine"));
    }

    @Test
    void gradients_postOpsOrIntegers_areRefused() {
        try (Engine engine = new Bare("bare", () -> {})) {
            ConvolutionDescriptor relu =
                    ConvolutionDescriptor.conv1d(1, 1).postOps(PostOp.relu()).build();
            assertThatThrownBy(() -> engine.gradients(relu))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("postOps must be empty, since gradients are those of the sum");
            ConvolutionDescriptor integers = ConvolutionDescriptor.conv1d(1, 1)
                    .dataTypes(DataType.U8, DataType.S8, DataType.S32)
                    .build();
            assertThatThrownBy(() -> engine.gradients(integers))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("types must not be integers, since gradients are of floating-point types");
            ConvolutionDescriptor plain = ConvolutionDescriptor.conv1d(1, 1).build();
            assertThatThrownBy(() -> engine.gradients(plain))
                    .isInstanceOf(UnsupportedConvolutionException.class)
                    .hasMessage("bare computes no gradients: " + plain);
        } // closing would wait for ever if a call that failed still counted
    }

    @Test
    void deformable_engineWithoutAny_saysSo() {
        DeformableDescriptor layer =
                DeformableDescriptor.deformable2d(1, 1).kernel(2).build();
        try (Engine engine = new Bare("bare", () -> {});
                Tensor weights = Tensor.allocate(Dims.of(1, 1, 2, 2));
                Tensor wrong = Tensor.allocate(Dims.of(1, 1, 2, 3))) {
            assertThatThrownBy(() -> engine.deformable(layer, weights, null))
                    .isInstanceOf(UnsupportedConvolutionException.class)
                    .hasMessage("bare can't run deformable layers: " + layer);
            assertThatThrownBy(() -> engine.deformable(layer, wrong, null))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("weights must have dims 1x1x2x2, but was 1x1x2x3");
        }
    }

    @Test
    void prepare_closedEngine_throwsForEachKindOfLayer() {
        Engine engine = new Bare("bare", () -> {});
        engine.close();
        ConvolutionDescriptor layer = ConvolutionDescriptor.conv2d(1, 1).build();
        try (Tensor weights = Tensor.allocate(layer.weightsDims())) {
            var deformable = new DeformableDescriptor(layer, 1);
            assertThatThrownBy(() -> engine.convolution(layer, weights)).hasMessage("bare is closed");
            assertThatThrownBy(() -> engine.gradients(layer)).hasMessage("bare is closed");
            assertThatThrownBy(() -> engine.deformable(deformable, weights, null))
                    .hasMessage("bare is closed");
            assertThatThrownBy(() -> engine.pooling(PoolingDescriptor.globalMax(2)))
                    .hasMessage("bare is closed");
        }
    }

    @Test
    void convolution_wrongWeights_neverReachTheEngine() {
        ConvolutionDescriptor layer =
                ConvolutionDescriptor.conv2d(1, 1).kernel(2).build();
        try (Engine engine = new Bare("bare", () -> {});
                Tensor wrong = Tensor.allocate(Dims.of(1, 1, 2, 3))) {
            assertThatThrownBy(() -> engine.convolution(layer, wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("weights must have dims 1x1x2x2, but was 1x1x2x3: " + layer);
        }
    }

    /** One of which every number is another than a plain one's. */
    private static final class Peculiar extends Bare {
        private int shared;

        Peculiar() {
            super("peculiar", () -> {});
        }

        @Override
        public String fingerprint() {
            return "print";
        }

        @Override
        public double relativeSpeed(DataType type) {
            return type == DataType.S8 ? 4 : 2;
        }

        @Override
        public int lanes() {
            return 8;
        }

        @Override
        public int vectorLength() {
            return 16;
        }

        @Override
        public Layout chainLayout(Layout src) {
            return src == Layout.CHANNELS_LAST ? Layout.CHANNELS_FIRST : Layout.CHANNELS_LAST;
        }

        @Override
        public int threads() {
            return 3;
        }

        @Override
        protected void shareOut(int parts, IntConsumer body) {
            shared += parts;
            super.shareOut(parts, body);
        }
    }

    @Test
    void wrappingEngine_everyNumber_isThatOfWhatComputes() {
        try (var inner = new Peculiar();
                var outer = new WrappingEngine("outer", inner, () -> {}) {
                    @Override
                    protected Convolution prepare(
                            ConvolutionDescriptor descriptor, Tensor weights, @Nullable Tensor bias) {
                        return wrapped().convolution(descriptor, weights, bias);
                    }
                }) {
            assertThat(outer.wrapped()).isSameAs(inner);
            assertThat(outer.name()).isEqualTo("outer");
            assertThat(outer.fingerprint()).isEqualTo("print");
            assertThat(outer.relativeSpeed(DataType.S8)).isEqualTo(4);
            assertThat(outer.relativeSpeed(DataType.BF16)).isEqualTo(2);
            assertThat(outer.lanes()).isEqualTo(8);
            assertThat(outer.vectorLength()).isEqualTo(16);
            assertThat(outer.chainLayout(Layout.CHANNELS_LAST)).isEqualTo(Layout.CHANNELS_FIRST);
            assertThat(outer.threads()).isEqualTo(3);
            assertEachOnce(outer, 5);
            assertThat(inner.shared).isEqualTo(5);
        }
    }
}
