package io.github.faltung.convolution;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Tensor;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What nobody closes: freed by the garbage collector, and reported once. */
@Timeout(60)
class ForgottenTest {
    private static final ConvolutionDescriptor LAYER =
            ConvolutionDescriptor.conv2d(1, 1).build();
    /** Kept: the log manager holds loggers weakly. */
    private static final Logger LOGGER = Logger.getLogger("io.github.faltung");

    private final FakeEngine.Freed freed = new FakeEngine.Freed();
    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            messages.add(entry.getLevel() + " " + new SimpleFormatter().formatMessage(entry));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        LOGGER.addHandler(handler);
        LOGGER.setUseParentHandlers(false);
    }

    @AfterEach
    void stopListening() {
        LOGGER.removeHandler(handler);
        LOGGER.setUseParentHandlers(true);
    }

    private static void collectUntil(BooleanSupplier done) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!done.getAsBoolean() && System.nanoTime() < deadline) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static String report(String owner) {
        return "WARNING " + owner
                + " was never closed and has been freed by the garbage collector; use try-with-resources";
    }

    private static void forgetLayer(Engine engine) {
        try (Tensor weights = Tensor.allocate(LAYER.weightsDims())) {
            Convolution layer = engine.convolution(LAYER, weights);
            layer.forward(new float[1], Dims.of(1, 1, 1, 1));
        }
    }

    private static void forgetEngine(FakeEngine.Freed freed) {
        forgetLayer(new FakeEngine("lost engine", freed, (src, dst) -> {}));
    }

    @Test
    void layer_forgotten_isFreedAndReportedOnce() throws Exception {
        try (var engine = new FakeEngine("keeper", freed, (src, dst) -> {})) {
            forgetLayer(engine);
            collectUntil(() -> freed.layers.get() > 0);
            assertThat(freed.layers).hasValue(1);
        }
        assertThat(freed.layers).hasValue(1);
        assertThat(freed.engines).hasValue(1);
        assertThat(messages)
                .filteredOn(message -> message.contains("keeper"))
                .containsExactly(report("keeper layer conv ic1oc1kh1kw1 padding VALID"));
    }

    @Test
    void engine_forgottenWithItsLayer_bothAreFreedAndReportedOnce() throws Exception {
        forgetEngine(freed);
        collectUntil(() -> freed.engines.get() > 0);

        assertThat(freed.layers).hasValue(1);
        assertThat(freed.engines).hasValue(1);
        assertThat(messages)
                .filteredOn(message -> message.contains("lost engine"))
                .containsExactlyInAnyOrder(
                        report("lost engine layer conv ic1oc1kh1kw1 padding VALID"), report("lost engine"));
    }

    @Test
    void closed_collectedLater_isNotReported() throws Exception {
        closeProperly(freed);
        var garbage = new java.lang.ref.WeakReference<>(new Object());
        collectUntil(() -> garbage.get() == null);
        TimeUnit.MILLISECONDS.sleep(50);

        assertThat(freed.layers).hasValue(1);
        assertThat(freed.engines).hasValue(1);
        assertThat(messages).noneMatch(message -> message.contains("tidy engine"));
    }

    private static void closeProperly(FakeEngine.Freed freed) {
        try (Tensor weights = Tensor.allocate(LAYER.weightsDims());
                Engine engine = new FakeEngine("tidy engine", freed, (src, dst) -> {});
                Convolution layer = engine.convolution(LAYER, weights)) {
            layer.forward(new float[1], Dims.of(1, 1, 1, 1));
        }
    }
}
