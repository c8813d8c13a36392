package io.github.faltung.convolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Pooling on every engine, against {@link PaddedWindows}: on small integers maxima and sums are exact, and a mean may be off by no more
 * than a division that multiplies by a rounded inverse.
 */
public interface PoolingContract {
    /** Set {@code -Dfaltung.seed} to try other problems. */
    long SEED = Long.getLong("faltung.seed", 2026);

    /** Returns a new engine, which the test closes. */
    Engine open();

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3})
    default void forward_randomProblems_areRightInEveryPlace(long more) {
        try (Engine engine = open()) {
            for (PoolingProblem problem : new RandomPoolings(SEED + more).take(40)) {
                assertRight(engine, problem);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {4, 5, 6, 7})
    default void forward_randomTypes_areRightInEveryPlace(long more) {
        try (Engine engine = open()) {
            for (PoolingProblem problem :
                    new RandomPoolings(SEED + more).typed().take(40)) {
                assertRight(engine, problem);
            }
        }
    }

    /** Where oneDNN's own semantics differ from ONNX's, and degenerate axes. */
    @Test
    default void forward_edgeCases_areRight() {
        List<PoolingBuilder> layers = List.of(
                PoolingDescriptor.average2d()
                        .kernel(3)
                        .stride(2)
                        .padding(1)
                        .ceilMode()
                        .countIncludePad(),
                PoolingDescriptor.average2d().kernel(3).stride(2).padding(1).ceilMode(),
                PoolingDescriptor.max2d().kernel(3).stride(3).padding(1).ceilMode(),
                PoolingDescriptor.average2d()
                        .kernel(2)
                        .padding(Padding.explicit(List.of(0, 3), List.of(4, 0)))
                        .countIncludePad(),
                PoolingDescriptor.max2d().kernel(3).dilation(2).padding(4),
                PoolingDescriptor.average2d().kernel(3).dilation(2).padding(4),
                PoolingDescriptor.max2d().kernel(1).stride(1_000_000_000),
                PoolingDescriptor.average2d().kernel(3).dilation(9).padding(9),
                PoolingDescriptor.average2d()
                        .kernel(5)
                        .dilation(3)
                        .stride(2)
                        .padding(6)
                        .ceilMode(),
                PoolingDescriptor.max2d().kernel(3).dilation(9).padding(9).stride(2),
                PoolingDescriptor.average2d().kernel(6).stride(7).ceilMode(),
                PoolingDescriptor.average2d().kernel(PoolingDescriptor.WHOLE, 2));
        try (Engine engine = open()) {
            for (PoolingBuilder layer : layers) {
                for (int extent = 5; extent < 9; extent++) {
                    for (int channels : new int[] {1, 16, 19}) {
                        assertRight(
                                engine, new PoolingProblem(layer.build(), Dims.of(2, channels, extent, 13 - extent)));
                    }
                }
            }
        }
    }

    private static void assertRight(Engine engine, PoolingProblem problem) {
        var witness = new PaddedWindows(problem.descriptor(), problem.srcDims());
        assertThat(problem.dstDims()).as(problem.toString()).isEqualTo(witness.dstDims());
        float[] src = integers(problem);
        DataType type = problem.descriptor().dataType();
        PaddedWindows.Window[] expected = witness.over(src);
        var unset = new float[expected.length];
        Arrays.fill(unset, Float.NaN);
        try (Pooling layer = engine.pooling(problem.descriptor())) {
            for (Place place : Place.values()) {
                if (place == Place.WRAPPED && type != DataType.F32) {
                    continue;
                }
                Place other = place == Place.CHANNELS_LAST ? Place.CHANNELS_LAST : Place.CHANNELS_FIRST;
                Place there = place == Place.WRAPPED ? Place.PITCHED : other;
                try (Tensor in = place.of(type, src, problem.srcDims());
                        Tensor out = there.of(type, unset, problem.dstDims())) {
                    layer.forward(in, out);
                    assertSame(problem, expected, out.toFloatArray(), place);
                    assertThat(in.toFloatArray()).containsExactly(src);
                }
            }
        }
    }

    /** Integers that every type but u8 holds, mostly negative: a padding of zeros must not be a maximum. */
    private static float[] integers(PoolingProblem problem) {
        var random = new Random(SEED + problem.srcDims().hashCode());
        var values = new float[Math.toIntExact(problem.srcDims().elements())];
        int least = problem.descriptor().dataType() == DataType.U8 ? 0 : -128;
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(201) + least;
        }
        return values;
    }

    private static void assertSame(
            PoolingProblem problem, PaddedWindows.Window[] expected, float[] found, Place place) {
        boolean mean = problem.descriptor().kind() == PoolingDescriptor.Kind.AVERAGE;
        for (int i = 0; i < expected.length; i++) {
            double right = mean ? (double) expected[i].sum() / expected[i].divisor() : expected[i].max();
            double bound = mean ? 2.0000004 * 0x1p-24 * Math.abs(right) : 0; // γ₂
            if (!isWithin(problem.descriptor().dataType(), right, bound, found[i])) {
                throw new AssertionError("element " + i + " must be " + right + " of " + expected[i] + ", but was "
                        + found[i] + ", " + place + ": " + problem + " (seed " + SEED + ")");
            }
        }
    }

    private static boolean isWithin(DataType type, double right, double bound, float found) {
        return type == DataType.F32
                ? Math.abs(found - right) <= bound
                : found >= type.round(right - bound) && found <= type.round(right + bound);
    }

    @Test
    default void forward_otherType_isRefusedAndNewTensorsHaveTheRightOne() {
        PoolingDescriptor bytes =
                PoolingDescriptor.max1d().kernel(2).dataType(DataType.U8).build();
        try (Engine engine = open();
                Pooling layer = engine.pooling(bytes);
                Tensor floats = Tensor.allocate(Dims.of(1, 1, 3));
                Tensor src = Tensor.of(new int[] {3, 1, 255}, DataType.U8, Dims.of(1, 1, 3), Layout.CHANNELS_FIRST);
                Tensor dst = layer.forward(src)) {
            assertThat(dst.dataType()).isEqualTo(DataType.U8);
            assertThat(dst.toFloatArray()).containsExactly(3, 255);
            assertThat(layer.forward(new float[] {-1, 7.5f, 300}, Dims.of(1, 1, 3)))
                    .containsExactly(8, 255);
            assertThatThrownBy(() -> layer.forward(floats, dst))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("src must be u8, but was f32: pool max kw2 padding VALID --dt=u8");
            assertThatThrownBy(() -> layer.forward(src, floats))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("dst must be u8, but was f32: pool max kw2 padding VALID --dt=u8");
        }
    }

    @Test
    default void forward_newTensorAndArray_haveTheSourcesLayout() {
        PoolingDescriptor descriptor =
                PoolingDescriptor.max1d().kernel(2).stride(2).build();
        float[] src = {1, 2, 3, 4, -8, -7, -6, -5};
        try (Engine engine = open();
                Pooling layer = engine.pooling(descriptor);
                Tensor last = Place.CHANNELS_LAST.of(src, Dims.of(1, 2, 4));
                Tensor dst = layer.forward(last)) {
            assertThat(dst.isDense(Layout.CHANNELS_LAST)).isTrue();
            assertThat(dst.toFloatArray()).containsExactly(2, 4, -7, -5);
            assertThat(layer.forward(src, Dims.of(1, 2, 4))).containsExactly(2, 4, -7, -5);
            assertThat(layer.descriptor()).isEqualTo(descriptor);
        }
    }

    @Test
    default void explain_anyProblem_namesTheImplementation() {
        try (Engine engine = open();
                Pooling layer = engine.pooling(
                        PoolingDescriptor.average2d().kernel(3).padding(1).build())) {
            for (Explanation explanation : List.of(
                    layer.explain(Dims.of(1, 16, 9, 9)), layer.explain(Dims.of(1, 16, 9, 9), Layout.CHANNELS_LAST))) {
                assertThat(explanation.implementation()).isNotBlank();
                assertThat(explanation.engine()).isEqualTo(engine.name());
                assertThat(explanation.packedWeightsBytes()).isZero();
                assertThat(explanation.problem()).isEqualTo("pool avg mb1ic16ih9iw9oh9ow9kh3kw3ph1pw1");
            }
        }
    }

    @Test
    default void forward_misuse_throwsAndTheLayerStillWorks() {
        try (Engine engine = open();
                Pooling layer =
                        engine.pooling(PoolingDescriptor.max2d().kernel(3).build());
                Tensor src = Tensor.allocate(Dims.of(1, 2, 4, 4));
                Tensor dst = Tensor.allocate(Dims.of(1, 2, 2, 2));
                Tensor flat = Tensor.allocate(Dims.of(1, 2, 16));
                Tensor small = Tensor.allocate(Dims.of(1, 2, 2, 4));
                Tensor channels = Tensor.allocate(Dims.of(1, 3, 2, 2))) {
            src.set(7, 0, 1, 3, 3);
            assertRefused(() -> layer.forward(flat, dst), "src must have 4 axes, [MB, C, spatial], but was 1x2x16");
            String tooSmall = "kernel must not reach over more than the padded source, 2 elements on spatial axis 0,"
                    + " but was 3 elements";
            assertRefused(() -> layer.forward(small, dst), tooSmall);
            assertRefused(() -> layer.forward(small), tooSmall);
            assertRefused(() -> layer.explain(small.dims()), tooSmall);
            assertRefused(() -> layer.forward(src, channels), "dst must have dims 1x2x2x2, but was 1x3x2x2");
            assertRefused(() -> layer.forward(src, flat), "dst must have dims 1x2x2x2, but was 1x2x16");
            assertRefused(() -> layer.forward(src, src), "dst must have dims 1x2x2x2, but was 1x2x4x4");
            layer.forward(src, dst);
            assertThat(dst.toFloatArray()).containsExactly(0, 0, 0, 0, 0, 0, 0, 7);
        }
    }

    private static void assertRefused(ThrowingCallable use, String message) {
        assertThatThrownBy(use)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message + ": pool max kh3kw3 padding VALID");
    }

    @Test
    default void forward_sourceItselfAsDestination_throws() {
        try (Engine engine = open();
                Pooling layer = engine.pooling(PoolingDescriptor.max2d().build());
                Tensor src = Tensor.allocate(Dims.of(1, 2, 4, 4))) {
            assertThatThrownBy(() -> layer.forward(src, src))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("dst must not share memory with src");
        }
    }

    @Test
    default void close_engine_closesItsPoolings() {
        Engine engine = open();
        Pooling layer = engine.pooling(PoolingDescriptor.globalAverage(2));
        engine.close();
        assertThatThrownBy(() -> layer.forward(new float[4], Dims.of(1, 1, 2, 2)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(engine.name() + " layer pool avg kh0kw0 padding VALID is closed");
        assertThatThrownBy(() -> engine.pooling(PoolingDescriptor.globalMax(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(engine.name() + " is closed");
    }
}
