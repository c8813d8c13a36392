package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.ChildJvm;
import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Padding;
import io.github.faltung.convolution.Pooling;
import io.github.faltung.convolution.PoolingDescriptor;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.convolution.UnsupportedConvolutionException;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Nothing native is left behind, by what works and by what is refused. In a JVM of its own, where nobody else makes handles. */
@Tag("native")
class NativeHandlesTest {
    private static final ConvolutionDescriptor LAYER = ConvolutionDescriptor.conv2d(4, 6)
            .kernel(3)
            .padding(Padding.same())
            .postOps(PostOp.sum(), PostOp.add(1, 2, 3, 4, 5, 6), PostOp.gelu(), PostOp.prelu(1, 2, 3, 4, 5, 6))
            .build();

    @Test
    void live_afterEverything_isZero() {
        ChildJvm.Outcome outcome = ChildJvm.likeThis().run(Scenarios.class);

        assertThat(outcome.output()).contains("all scenarios left 0 handles");
        assertThat(outcome.exitCode()).isZero();
    }

    /** Each scenario begins and must end with no live handle. */
    static final class Scenarios {
        private Scenarios() {}

        public static void main(String[] args) throws InterruptedException {
            expectNone("run in every layout", Scenarios::runInEveryLayout);
            expectNone("pool in every layout", Scenarios::poolInEveryLayout);
            expectNone("evict plans", Scenarios::evictPlans);
            expectNone("refuse bad input", Scenarios::refuseBadInput);
            expectNone("close the engine only", Scenarios::closeEngineOnly);
            expectNone("close while running", Scenarios::closeWhileRunning);
            expectNone("forget everything", Scenarios::forgetEverything);
            System.out.println("all scenarios left 0 handles");
        }

        private static void expectNone(String scenario, Scenario body) throws InterruptedException {
            body.run();
            if (NativeHandles.live() != 0) {
                throw new AssertionError(scenario + " left " + NativeHandles.live() + " handles");
            }
            System.out.println(scenario + ": 0 handles");
        }

        private interface Scenario {
            void run() throws InterruptedException;
        }

        private static Convolution layer(Engine engine) {
            try (Tensor weights = Tensor.allocate(LAYER.weightsDims());
                    Tensor bias = Tensor.allocate(LAYER.biasDims())) {
                return engine.convolution(LAYER, weights, bias);
            }
        }

        private static Tensor tensor(int channels, int extent, Layout layout) {
            return Tensor.allocate(DataType.F32, Dims.of(1, channels, extent, extent), layout);
        }

        private static void runInEveryLayout() {
            try (Engine engine = OneDnnEngine.open();
                    Convolution conv = layer(engine)) {
                for (Layout in : Layout.values()) {
                    for (Layout out : Layout.values()) {
                        try (Tensor src = tensor(4, 8, in);
                                Tensor dst = tensor(6, 8, out)) {
                            conv.forward(src, dst);
                        }
                        conv.explain(Dims.of(1, 4, 8, 8), in == Layout.SPATIAL_FIRST ? Layout.CHANNELS_LAST : in);
                    }
                }
                if (NativeHandles.live() == 0) {
                    throw new AssertionError("handles are not counted");
                }
            }
        }

        private static void poolInEveryLayout() {
            PoolingDescriptor framed = PoolingDescriptor.average2d()
                    .kernel(3)
                    .stride(2)
                    .padding(1)
                    .ceilMode()
                    .countIncludePad()
                    .build();
            PoolingDescriptor inJava = PoolingDescriptor.average2d()
                    .kernel(3)
                    .dilation(20)
                    .padding(20)
                    .build();
            try (Engine engine = OneDnnEngine.open();
                    Pooling pooling = engine.pooling(framed);
                    Pooling rows = engine.pooling(inJava)) {
                for (Layout in : Layout.values()) {
                    for (Layout out : Layout.values()) {
                        try (Tensor src = tensor(4, 8, in);
                                Tensor dst = tensor(4, 5, out);
                                Tensor same = tensor(4, 8, out)) {
                            pooling.forward(src, dst);
                            rows.forward(src, same);
                            long before = NativeHandles.live();
                            expectRefused(() -> pooling.forward(src, same));
                            expectRefused(() -> rows.forward(src, dst));
                            if (NativeHandles.live() != before) {
                                throw new AssertionError("refused pooling left handles");
                            }
                        }
                    }
                    pooling.explain(Dims.of(1, 4, 8, 8), in == Layout.SPATIAL_FIRST ? Layout.CHANNELS_LAST : in);
                }
            }
        }

        private static void evictPlans() {
            try (Engine engine = OneDnnEngine.open(new OneDnnOptions(2));
                    Convolution conv = layer(engine)) {
                long afterThree = 0;
                for (int extent = 3; extent < 20; extent++) {
                    try (Tensor src = tensor(4, extent, Layout.CHANNELS_FIRST);
                            Tensor dst = tensor(6, extent, Layout.CHANNELS_FIRST)) {
                        conv.forward(src, dst);
                    }
                    afterThree = extent == 5 ? NativeHandles.live() : afterThree;
                }
                if (NativeHandles.live() > 2 * afterThree) {
                    throw new AssertionError(afterThree + " handles grew to " + NativeHandles.live());
                }
            }
        }

        private static void refuseBadInput() {
            try (Engine engine = OneDnnEngine.open();
                    Convolution conv = layer(engine);
                    Tensor src = tensor(4, 8, Layout.CHANNELS_FIRST);
                    Tensor wrong = tensor(5, 8, Layout.CHANNELS_FIRST);
                    Tensor dst = tensor(6, 8, Layout.CHANNELS_FIRST)) {
                Tensor closed = tensor(4, 8, Layout.CHANNELS_FIRST);
                closed.close();
                conv.forward(src, dst);
                long before = NativeHandles.live();
                List<Runnable> mistakes = List.of(
                        () -> engine.convolution(LAYER, wrong, null),
                        () -> engine.convolution(LAYER, closed, null),
                        () -> conv.forward(wrong, dst),
                        () -> conv.forward(src, wrong),
                        () -> conv.forward(src, src),
                        () -> conv.forward(closed, dst),
                        () -> conv.explain(Dims.of(1, 5, 8, 8)),
                        () -> conv.forward(new float[3], Dims.of(1, 4, 8, 8)));
                mistakes.forEach(Scenarios::expectRefused);
                if (NativeHandles.live() != before) {
                    throw new AssertionError("mistakes left " + (NativeHandles.live() - before) + " handles");
                }
            }
        }

        private static void expectRefused(Runnable mistake) {
            try {
                mistake.run();
            } catch (IllegalArgumentException | IllegalStateException | UnsupportedConvolutionException e) {
                return;
            }
            throw new AssertionError("a mistake was not refused");
        }

        private static void closeEngineOnly() {
            Engine engine = OneDnnEngine.open();
            for (int i = 0; i < 5; i++) {
                layer(engine).forward(new float[4 * 64], Dims.of(1, 4, 8, 8));
            }
            engine.close();
        }

        private static void closeWhileRunning() throws InterruptedException {
            Engine engine = OneDnnEngine.open();
            Convolution conv = layer(engine);
            var started = new CountDownLatch(4);
            var threads = new ArrayList<Thread>();
            for (int i = 0; i < 4; i++) {
                threads.add(new Thread(() -> runUntilClosed(conv, started)));
            }
            threads.forEach(Thread::start);
            started.await();
            engine.close();
            for (Thread thread : threads) {
                thread.join();
            }
        }

        private static void runUntilClosed(Convolution conv, CountDownLatch started) {
            try (Tensor src = tensor(4, 32, Layout.CHANNELS_FIRST);
                    Tensor dst = tensor(6, 32, Layout.CHANNELS_FIRST)) {
                conv.forward(src, dst);
                started.countDown();
                while (true) {
                    conv.forward(src, dst);
                }
            } catch (IllegalStateException e) {
                // closed, as it should be
            }
        }

        private static @Nullable Convolution forgotten;

        private static void forgetEverything() throws InterruptedException {
            forgotten = layer(OneDnnEngine.open());
            forgotten.forward(new float[4 * 64], Dims.of(1, 4, 8, 8));
            forgotten = null;
            // Emulated, or on a machine that has much else to do, a collection and its cleaning take seconds.
            long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
            while (NativeHandles.live() > 0 && System.nanoTime() < end) {
                System.gc();
                Thread.sleep(10); // the cleaner's thread has no event to wait for
            }
        }
    }
}
