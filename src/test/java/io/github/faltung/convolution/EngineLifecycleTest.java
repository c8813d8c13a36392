package io.github.faltung.convolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who closes what, and when: the rules that every engine inherits. */
@Timeout(30)
class EngineLifecycleTest {
    private static final ConvolutionDescriptor LAYER =
            ConvolutionDescriptor.conv2d(1, 1).kernel(2).build();
    private static final String TEXT = "conv ic1oc1kh2kw2 padding VALID";

    private final FakeEngine.Freed freed = new FakeEngine.Freed();
    private final CountDownLatch running = new CountDownLatch(1);
    private final CountDownLatch proceed = new CountDownLatch(1);
    private final Engine engine = new FakeEngine("fake", freed, (src, dst) -> dst.set(7, 0, 0, 0, 0));
    private final Engine slow = new FakeEngine("slow", freed, this::waitInside);
    private final Tensor weights = Tensor.allocate(LAYER.weightsDims());
    private final Tensor src = Tensor.allocate(Dims.of(1, 1, 2, 2));
    private final Tensor dst = Tensor.allocate(Dims.of(1, 1, 1, 1));
    private final ExecutorService threads = Executors.newCachedThreadPool();

    private void waitInside(Tensor src, Tensor dst) {
        running.countDown();
        try {
            proceed.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        dst.set(7, 0, 0, 0, 0);
    }

    @AfterEach
    void closeAll() {
        proceed.countDown();
        threads.shutdownNow();
        engine.close();
        slow.close();
        weights.close();
        src.close();
        dst.close();
    }

    private static void assertClosed(ThrowingCallable use, String owner) {
        assertThatThrownBy(use).isInstanceOf(IllegalStateException.class).hasMessage(owner + " is closed");
    }

    @Test
    void convolution_closedEngine_throws() {
        engine.close();
        engine.close();
        assertClosed(() -> engine.convolution(LAYER, weights), "fake");
        assertThat(freed.engines).hasValue(1);
    }

    @Test
    void forward_closedLayer_throwsWithTheLayer() {
        Convolution layer = engine.convolution(LAYER, weights);
        layer.close();
        layer.close();
        String owner = "fake layer " + TEXT;
        assertClosed(() -> layer.forward(src, dst), owner);
        assertClosed(() -> layer.forward(src), owner);
        assertClosed(() -> layer.forward(new float[4], src.dims()), owner);
        assertClosed(() -> layer.explain(src.dims()), owner);
        assertClosed(() -> layer.implementationName(src.dims()), owner);
        assertThat(freed.layers).hasValue(1);
    }

    @Test
    void close_engine_closesItsLayersFirstAndOnce() {
        Convolution one = engine.convolution(LAYER, weights);
        Convolution two = engine.convolution(LAYER, weights, null);
        one.close();
        assertThat(freed.layers).hasValue(1);
        engine.close();
        assertThat(freed.layers).hasValue(2);
        assertThat(freed.engines).hasValue(1);
        two.close();
        assertThat(freed.layers).hasValue(2);
        assertClosed(() -> two.forward(src, dst), "fake layer " + TEXT);
    }

    @Test
    void forward_closedTensor_throwsAndTheLayerStaysUsable() {
        try (Convolution layer = engine.convolution(LAYER, weights);
                Tensor other = Tensor.allocate(src.dims())) {
            src.close();
            assertClosed(() -> layer.forward(src, dst), "tensor");
            layer.forward(other, dst);
            assertThat(dst.get(0, 0, 0, 0)).isEqualTo(7);
            dst.close();
            assertClosed(() -> layer.forward(other, dst), "tensor");
        }
        weights.close();
        assertClosed(() -> engine.convolution(LAYER, weights), "tensor");
        assertThat(freed.layers).hasValue(1);
    }

    @Test
    void call_nullArgument_throwsWithItsName() {
        try (Convolution layer = engine.convolution(LAYER, weights)) {
            assertNull(() -> layer.forward(nothing(), dst), "src");
            assertNull(() -> layer.forward(src, nothing()), "dst");
            assertNull(() -> engine.convolution(nothing(), weights, null), "descriptor");
            assertNull(() -> engine.convolution(LAYER, nothing(), null), "weights");
        }
    }

    private static void assertNull(ThrowingCallable use, String name) {
        assertThatThrownBy(use).isInstanceOf(NullPointerException.class).hasMessage(name);
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T nothing() {
        return null;
    }

    @Test
    void convolution_prepareFails_leavesNothingBehind() {
        weights.set(-1, 0, 0, 0, 0);
        assertThatThrownBy(() -> engine.convolution(LAYER, weights))
                .isInstanceOf(UnsupportedConvolutionException.class)
                .hasMessage("weights of -1: " + TEXT);
        assertThat(freed.layers).hasValue(0);
        engine.close(); // would wait for ever if the failed call still counted
        assertThat(freed.engines).hasValue(1);
    }

    @Test
    void forward_computeFails_leavesTheLayerAndTensorsUsable() {
        var failing = new FakeEngine("failing", freed, (in, out) -> {
            throw new ArithmeticException("boom");
        });
        try (failing;
                Convolution layer = failing.convolution(LAYER, weights)) {
            assertThatThrownBy(() -> layer.forward(src, dst)).isInstanceOf(ArithmeticException.class);
            assertThatThrownBy(() -> layer.forward(src)).isInstanceOf(ArithmeticException.class);
        } // closing would wait for ever if the failed call still counted
        assertThat(freed.layers).hasValue(1);
    }

    @Test
    void close_callInProgress_waitsForIt() throws Exception {
        Convolution layer = slow.convolution(LAYER, weights);
        Future<?> call = threads.submit(() -> layer.forward(src, dst));
        running.await();
        Future<?> closeLayer = threads.submit(layer::close);
        Future<?> closeEngine = threads.submit(slow::close);
        src.close();
        TimeUnit.MILLISECONDS.sleep(50);
        assertThat(closeLayer.isDone()).isFalse();
        assertThat(closeEngine.isDone()).isFalse();
        assertThat(freed.layers).hasValue(0);

        proceed.countDown();
        call.get(10, TimeUnit.SECONDS);
        closeLayer.get(10, TimeUnit.SECONDS);
        closeEngine.get(10, TimeUnit.SECONDS);
        assertThat(freed.layers).hasValue(1);
        assertThat(freed.engines).hasValue(1);
        assertThat(dst.get(0, 0, 0, 0)).isEqualTo(7);
    }

    @Test
    void forward_newTensor_hasTheSourcesLayout() {
        Dims dims = Dims.of(1, 2, 3, 3);
        ConvolutionDescriptor two = ConvolutionDescriptor.conv2d(2, 2).kernel(2).build();
        try (Tensor twoWeights = Tensor.allocate(two.weightsDims());
                Convolution layer = engine.convolution(two, twoWeights);
                Tensor first = Tensor.allocate(dims);
                Tensor last = Tensor.of(new float[18], dims, Layout.CHANNELS_LAST);
                Tensor outFirst = layer.forward(first);
                Tensor outLast = layer.forward(last)) {
            assertThat(outFirst.dims()).isEqualTo(Dims.of(1, 2, 2, 2));
            assertThat(outFirst.isDense(Layout.CHANNELS_FIRST)).isTrue();
            assertThat(outLast.isDense(Layout.CHANNELS_LAST)).isTrue();
            assertThat(outLast.isDense(Layout.CHANNELS_FIRST)).isFalse();
            assertThat(layer.forward(new float[18], dims)).containsExactly(7, 0, 0, 0, 0, 0, 0, 0);
        }
    }

    @Test
    void explain_openLayer_asksTheEngine() {
        try (Convolution layer = engine.convolution(LAYER, weights)) {
            assertThat(layer.explain(src.dims(), Layout.CHANNELS_LAST))
                    .hasToString("conv mb1ic1ih2iw2oc1oh1ow1kh2kw2ph0pw0: fake direct, fake:CHANNELS_LAST,"
                            + " weights 3 bytes, scratchpad 5 bytes\n  a note");
            assertThat(layer.implementationName(src.dims())).isEqualTo("fake:CHANNELS_FIRST");
            assertThatThrownBy(() -> layer.explain(Dims.of(1, 2, 2, 2)))
                    .hasMessage("src must have 1 channels, but was 1x2x2x2: " + TEXT);
            assertThat(layer.descriptor()).isEqualTo(LAYER);
            assertThat(layer.engine()).isSameAs(engine).hasToString("fake");
        }
    }
}
