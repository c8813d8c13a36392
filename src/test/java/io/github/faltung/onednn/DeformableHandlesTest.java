package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.ChildJvm;
import io.github.faltung.convolution.DeformableConvolution;
import io.github.faltung.convolution.DeformableDescriptor;
import io.github.faltung.convolution.DeformableProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Deformable layers leave nothing native behind, whatever happens. In JVMs of their own, where nobody else makes handles. */
@Tag("native")
class DeformableHandlesTest {
    private static final DeformableDescriptor LAYER = DeformableDescriptor.deformable2d(8, 6)
            .kernel(3)
            .padding(1)
            .groups(2)
            .postOps(PostOp.sum())
            .build();

    private static final long LIMIT = 1 << 23;

    /** SSE4.1 has the products computed in Java. */
    @Tag("levels")
    @ParameterizedTest
    @ValueSource(strings = {"SSE41", "DEFAULT"})
    void live_afterEverything_isZero(String isa) {
        ChildJvm.Outcome outcome =
                ChildJvm.likeThis().withEnvironment("ONEDNN_MAX_CPU_ISA", isa).run(Scenarios.class);

        assertThat(outcome.output()).contains("all scenarios left 0 handles");
        assertThat(outcome.exitCode()).isZero();
    }

    /** From 22 on tensors are in memory that the JDK does not limit, so that nothing can be made to run out of it. */
    @Test
    @EnabledForJreRange(max = JRE.JAVA_21)
    void live_afterFailuresMidway_isZero() {
        ChildJvm.Outcome outcome = ChildJvm.likeThis()
                .withOption("-XX:MaxDirectMemorySize=" + LIMIT)
                .run(OutOfMemory.class);

        assertThat(outcome.output()).containsPattern("[1-9][0-9]* failures left 0 handles");
        assertThat(outcome.exitCode()).isZero();
    }

    private static DeformableConvolution layer(Engine engine) {
        try (Tensor weights = Tensor.allocate(LAYER.convolution().weightsDims());
                Tensor bias = Tensor.allocate(LAYER.convolution().biasDims())) {
            return engine.deformable(LAYER, weights, bias);
        }
    }

    private static void forward(DeformableConvolution conv, int extent, Layout in, Layout out, boolean masked) {
        var problem = new DeformableProblem(LAYER, Dims.of(2, 8, extent, extent));
        try (Tensor src = Tensor.allocate(DataType.F32, problem.srcDims(), in);
                Tensor offsets = Tensor.allocate(DataType.F32, problem.offsetsDims(), in);
                Tensor mask = Tensor.allocate(DataType.F32, problem.maskDims(), out);
                Tensor dst = Tensor.allocate(DataType.F32, problem.dstDims(), out)) {
            conv.forward(src, offsets, masked ? mask : null, dst);
        }
    }

    private static void expectNone(String scenario, Runnable body) {
        body.run();
        if (NativeHandles.live() != 0) {
            throw new AssertionError(scenario + " left " + NativeHandles.live() + " handles");
        }
    }

    /** Each scenario begins and must end with no live handle. */
    static final class Scenarios {
        private Scenarios() {}

        public static void main(String[] args) {
            expectNone("run in every layout", Scenarios::runInEveryLayout);
            expectNone("evict plans", Scenarios::evictPlans);
            expectNone("refuse bad input", Scenarios::refuseBadInput);
            expectNone("close the engine only", Scenarios::closeEngineOnly);
            System.out.println("all scenarios left 0 handles");
        }

        private static void runInEveryLayout() {
            try (Engine engine = OneDnnEngine.open();
                    DeformableConvolution conv = layer(engine)) {
                for (Layout in : Layout.values()) {
                    for (Layout out : Layout.values()) {
                        forward(conv, 9, in, out, in == out);
                    }
                }
                conv.explain(Dims.of(1, 8, 9, 9), Layout.CHANNELS_LAST);
                if (NativeHandles.live() == 0) {
                    throw new AssertionError("handles are not counted");
                }
            }
        }

        private static void evictPlans() {
            try (Engine engine = OneDnnEngine.open(new OneDnnOptions(2));
                    DeformableConvolution conv = layer(engine)) {
                long afterThree = 0;
                for (int extent = 4; extent < 20; extent++) {
                    forward(conv, extent, Layout.CHANNELS_FIRST, Layout.CHANNELS_FIRST, true);
                    afterThree = extent == 6 ? NativeHandles.live() : afterThree;
                }
                if (NativeHandles.live() > 2 * afterThree) {
                    throw new AssertionError(afterThree + " handles grew to " + NativeHandles.live());
                }
            }
        }

        private static void refuseBadInput() {
            try (Engine engine = OneDnnEngine.open();
                    DeformableConvolution conv = layer(engine);
                    Tensor src = Tensor.allocate(Dims.of(1, 8, 5, 5));
                    Tensor offsets = Tensor.allocate(Dims.of(1, 18, 5, 5));
                    Tensor dst = Tensor.allocate(Dims.of(1, 6, 5, 5))) {
                conv.forward(src, offsets, null, dst);
                long before = NativeHandles.live();
                List<Runnable> mistakes = List.of(
                        () -> engine.deformable(LAYER, src, null),
                        () -> conv.forward(dst, offsets, null, dst),
                        () -> conv.forward(src, src, null, dst),
                        () -> conv.forward(src, offsets, offsets, dst),
                        () -> conv.explain(Dims.of(1, 7, 5, 5), Layout.CHANNELS_LAST));
                for (Runnable mistake : mistakes) {
                    try {
                        mistake.run();
                        throw new AssertionError("a mistake was not refused");
                    } catch (IllegalArgumentException e) {
                        // as it should be
                    }
                }
                if (NativeHandles.live() != before) {
                    throw new AssertionError("mistakes left " + (NativeHandles.live() - before) + " handles");
                }
            }
        }

        private static void closeEngineOnly() {
            Engine engine = OneDnnEngine.open();
            for (int i = 0; i < 3; i++) {
                forward(layer(engine), 7, Layout.CHANNELS_LAST, Layout.CHANNELS_FIRST, false);
            }
            engine.close();
        }
    }

    /** Has a layer run out of direct memory, with ever more of it left, so that it fails at ever other points. */
    static final class OutOfMemory {
        private static final int[] LEFT = {1 << 11, 1 << 13, 1 << 14, 1 << 15, 1 << 16};

        private OutOfMemory() {}

        public static void main(String[] args) {
            var failures = new AtomicInteger();
            for (int left : LEFT) {
                expectNone(left + " bytes left", () -> failures.addAndGet(fails(left) ? 1 : 0));
            }
            System.out.println(failures + " failures left 0 handles");
        }

        private static boolean fails(int left) {
            try (Engine engine = OneDnnEngine.open();
                    DeformableConvolution conv = layer(engine);
                    Tensor src = Tensor.allocate(Dims.of(1, 8, 20, 20));
                    Tensor offsets = Tensor.allocate(Dims.of(1, 18, 20, 20));
                    Tensor dst = Tensor.allocate(Dims.of(1, 6, 20, 20));
                    Tensor ballast =
                            Tensor.allocate(DataType.U8, Dims.of(LIMIT - used() - left), Layout.CHANNELS_FIRST)) {
                conv.forward(src, offsets, null, dst);
                return ballast.isClosed();
            } catch (OutOfMemoryError e) {
                return true;
            }
        }

        private static long used() {
            return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                    .filter(pool -> pool.getName().equals("direct"))
                    .mapToLong(BufferPoolMXBean::getMemoryUsed)
                    .sum();
        }
    }
}
