package io.github.faltung.convolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Misuse, on every engine: the same typed exception with the same words, and everything usable afterwards. */
public interface EngineMisuseContract {
    /** Returns a new engine, which the test closes. */
    Engine open();

    /** Calls with a layer of the usual kind and tensors that fit it, and checks that it still computes afterwards. */
    private void withLayer(LayerUse use) {
        ConvolutionDescriptor descriptor =
                ConvolutionDescriptor.conv2d(4, 6).groups(2).kernel(3).build();
        try (Engine engine = open();
                Tensor weights = Tensor.allocate(descriptor.weightsDims());
                Tensor src = Tensor.allocate(Dims.of(1, 4, 5, 5));
                Tensor dst = Tensor.allocate(Dims.of(1, 6, 3, 3))) {
            weights.set(1, 0, 0, 0, 0);
            src.set(5, 0, 0, 0, 0);
            try (Convolution layer = engine.convolution(descriptor, weights)) {
                use.run(engine, layer, src, dst);
                dst.set(99, 0, 0, 0, 0);
                layer.forward(src, dst);
                assertThat(dst.get(0, 0, 0, 0)).isEqualTo(5);
            }
        }
    }

    /** What is done wrong. */
    interface LayerUse {
        void run(Engine engine, Convolution layer, Tensor src, Tensor dst);
    }

    private static void assertRefused(ThrowingCallable use, String message) {
        assertThatThrownBy(use)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message + ": conv g2ic4oc6kh3kw3 padding VALID");
    }

    private static void assertClosed(ThrowingCallable use, String owner) {
        assertThatThrownBy(use).isInstanceOf(IllegalStateException.class).hasMessage(owner + " is closed");
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T nothing() {
        return null;
    }

    @Test
    default void forward_wrongSource_throws() {
        withLayer((engine, layer, src, dst) -> {
            try (Tensor flat = Tensor.allocate(Dims.of(1, 4, 25));
                    Tensor channels = Tensor.allocate(Dims.of(1, 2, 5, 5));
                    Tensor small = Tensor.allocate(Dims.of(1, 4, 5, 2))) {
                assertRefused(
                        () -> layer.forward(flat, dst), "src must have 4 axes, [MB, IC, spatial], but was 1x4x25");
                assertRefused(() -> layer.forward(channels, dst), "src must have 4 channels, but was 1x2x5x5");
                String tooSmall =
                        "kernel must not reach over more than the padded source, 2 elements on spatial axis 1,"
                                + " but was 3 elements";
                assertRefused(() -> layer.forward(small, dst), tooSmall);
                assertRefused(() -> layer.forward(small), tooSmall);
                assertRefused(() -> layer.explain(small.dims()), tooSmall);
                assertRefused(() -> layer.forward(new float[40], small.dims()), tooSmall);
            }
            assertThatThrownBy(() -> layer.forward(new float[99], src.dims()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("values must be the 100 elements of 1x4x5x5, but were 99");
        });
    }

    @Test
    default void forward_wrongDestination_throwsWithTheRightDims() {
        withLayer((engine, layer, src, dst) -> {
            assertRefused(
                    () -> layer.forward(src.toFloatArray(), src.dims(), new float[53]),
                    "dst must have as many elements as 1x6x3x3, but was 53");
            for (Dims wrong : new Dims[] {
                Dims.of(1, 6, 3, 4), Dims.of(2, 6, 3, 3), Dims.of(1, 4, 3, 3), Dims.of(1, 6, 9), Dims.of(1, 6, 5, 5)
            }) {
                try (Tensor tensor = Tensor.allocate(wrong)) {
                    assertRefused(() -> layer.forward(src, tensor), "dst must have dims 1x6x3x3, but was " + wrong);
                }
            }
        });
    }

    @Test
    default void forward_tensorsThatShareMemory_throws() {
        withLayer((engine, layer, src, dst) -> {
            FloatBuffer buffer = ByteBuffer.allocateDirect(4 * 154)
                    .order(ByteOrder.nativeOrder())
                    .asFloatBuffer();
            try (Tensor in = Tensor.of(buffer, src.dims());
                    Tensor out = Tensor.of(buffer.position(99), dst.dims())) {
                assertRefused(
                        () -> layer.forward(in, out),
                        "dst must not share memory with src, but was f32 1x6x3x3 strides [54, 9, 3, 1]");
            }
        });
    }

    @Test
    default void convolution_wrongWeights_throwsWithTheRightDims() {
        withLayer((engine, layer, src, dst) -> {
            try (Tensor weights = Tensor.allocate(Dims.of(6, 2, 3, 3));
                    Tensor transposed = Tensor.allocate(Dims.of(4, 3, 3, 3));
                    Tensor bias = Tensor.allocate(DataType.F32, Dims.of(5), 1)) {
                assertRefused(
                        () -> engine.convolution(layer.descriptor(), transposed),
                        "weights must have dims 6x2x3x3, but was 4x3x3x3");
                assertRefused(
                        () -> engine.convolution(layer.descriptor(), weights, bias),
                        "bias must have dims 6, but was 5");
            }
        });
    }

    @Test
    default void call_null_throwsWithItsName() {
        withLayer((engine, layer, src, dst) -> {
            assertNull(() -> layer.forward(nothing(), dst), "src");
            assertNull(() -> layer.forward(src, nothing()), "dst");
            assertNull(() -> engine.convolution(nothing(), src), "descriptor");
            assertNull(() -> engine.convolution(layer.descriptor(), nothing()), "weights");
        });
    }

    private static void assertNull(ThrowingCallable use, String name) {
        assertThatThrownBy(use).isInstanceOf(NullPointerException.class).hasMessage(name);
    }

    @Test
    default void forward_closedTensor_throws() {
        withLayer((engine, layer, src, dst) -> {
            // Another size than src and dst, so that no memory just freed is theirs.
            Tensor in = Tensor.allocate(Dims.of(7, 4, 5, 5));
            Tensor out = Tensor.allocate(Dims.of(7, 6, 3, 3));
            out.close();
            assertClosed(() -> layer.forward(in, out), "tensor");
            in.close();
            assertClosed(() -> layer.forward(in), "tensor");
            assertClosed(() -> engine.convolution(layer.descriptor(), closedWeights(layer)), "tensor");
        });
    }

    private static Tensor closedWeights(Convolution layer) {
        Tensor weights = Tensor.allocate(layer.descriptor().weightsDims());
        weights.close();
        return weights;
    }

    @Test
    default void close_layer_isIdempotentAndFinal() {
        withLayer((engine, layer, src, dst) -> {
            try (Tensor weights = Tensor.allocate(layer.descriptor().weightsDims())) {
                Convolution other = engine.convolution(layer.descriptor(), weights);
                other.forward(src, dst);
                other.close();
                other.close();
                String owner = engine.name() + " layer conv g2ic4oc6kh3kw3 padding VALID";
                assertClosed(() -> other.forward(src, dst), owner);
                assertClosed(() -> other.forward(src), owner);
                assertClosed(() -> other.explain(src.dims()), owner);
            }
        });
    }

    @Test
    default void close_engine_closesItsLayersAndIsFinal() {
        ConvolutionDescriptor descriptor = ConvolutionDescriptor.conv1d(1, 1).build();
        try (Tensor weights = Tensor.allocate(descriptor.weightsDims());
                Tensor src = Tensor.allocate(Dims.of(1, 1, 3));
                Tensor dst = Tensor.allocate(Dims.of(1, 1, 3))) {
            Engine engine = open();
            Convolution layer = engine.convolution(descriptor, weights);
            engine.close();
            engine.close();
            assertClosed(() -> layer.forward(src, dst), engine.name() + " layer conv ic1oc1kw1 padding VALID");
            layer.close();
            assertClosed(() -> engine.convolution(descriptor, weights), engine.name());
            assertClosed(() -> engine.forEach(1, part -> {}), engine.name());
        }
    }

    @Test
    default void forEach_partThatFails_throwsWhatItThrewAndTheEngineGoesOn() {
        withLayer((engine, layer, src, dst) -> {
            assertThatThrownBy(() -> engine.forEach(5, part -> {
                        if (part == 3) {
                            throw new UnsupportedOperationException("part 3");
                        }
                    }))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("part 3");
            assertNull(() -> engine.forEach(5, nothing()), "body");
            layer.forward(src, dst);
        });
    }
}
