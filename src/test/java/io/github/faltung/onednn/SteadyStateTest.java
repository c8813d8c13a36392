package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Padding;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.planning.PlanningEngine;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a call costs the Java heap once a layer has met its shapes: nothing. Counts bytes, not time. */
@Tag("native")
class SteadyStateTest {
    private static final int WARM_UP = 20_000;
    private static final int CALLS = 10_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final ConvolutionDescriptor layer = ConvolutionDescriptor.conv2d(16, 16)
            .kernel(3)
            .padding(Padding.same())
            .postOps(PostOp.sum(), PostOp.relu())
            .build();

    static List<Supplier<Engine>> engines() {
        return List.of(OneDnnEngine::open, () -> PlanningEngine.over(OneDnnEngine.open()));
    }

    @ParameterizedTest
    @MethodSource("engines")
    void forward_channelsLast_allocatesNothing(Supplier<Engine> opener) {
        assertAllocatesNothing(opener, Layout.CHANNELS_LAST);
    }

    @ParameterizedTest
    @MethodSource("engines")
    void forward_channelsFirst_allocatesNothing(Supplier<Engine> opener) {
        assertAllocatesNothing(opener, Layout.CHANNELS_FIRST);
    }

    private void assertAllocatesNothing(Supplier<Engine> opener, Layout layout) {
        try (Engine engine = opener.get();
                Tensor weights = Tensor.allocate(layer.weightsDims());
                Convolution conv = engine.convolution(layer, weights);
                Tensor src = tensor(8, layout);
                Tensor dst = tensor(8, layout)) {
            assertAllocatesNothing(() -> conv.forward(src, dst));
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void forward_alternatingShapesAndLayouts_allocatesNothing(Supplier<Engine> opener) {
        try (Engine engine = opener.get();
                Tensor weights = Tensor.allocate(layer.weightsDims());
                Convolution conv = engine.convolution(layer, weights);
                Tensor srcA = tensor(8, Layout.CHANNELS_FIRST);
                Tensor dstA = tensor(8, Layout.CHANNELS_FIRST);
                Tensor srcB = tensor(5, Layout.CHANNELS_LAST);
                Tensor dstB = tensor(5, Layout.CHANNELS_FIRST)) {
            assertAllocatesNothing(() -> {
                conv.forward(srcA, dstA);
                conv.forward(srcB, dstB);
            });
        }
    }

    private static Tensor tensor(int extent, Layout layout) {
        return Tensor.allocate(DataType.F32, Dims.of(1, 16, extent, extent), layout);
    }

    private void assertAllocatesNothing(Runnable call) {
        repeat(WARM_UP, call);
        long before = threads.getCurrentThreadAllocatedBytes();
        repeat(CALLS, call);
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;
        // Reading the counter itself may allocate once; a call that allocates does so each time, an object being at
        // least 16 bytes.
        assertThat(bytes).as("bytes in %d calls", CALLS).isLessThan(CALLS);
    }

    private static void repeat(int times, Runnable call) {
        for (int i = 0; i < times; i++) {
            call.run();
        }
    }
}
