package io.github.faltung.convolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.onednn.OneDnnEngine;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Chains give what their layers give one by one, exactly, on both engines, in any layout and from any number of threads. */
class SequentialTest {
    private static final long SEED = 20260806;

    static Stream<Arguments> chains() {
        return Stream.of(
                Arguments.of(Chains.leNet(), Dims.of(2, 1, 32, 32)),
                Arguments.of(Chains.leNet(PoolingDescriptor.Kind.MAX), Dims.of(2, 1, 32, 32)),
                Arguments.of(Chains.leNet(PoolingDescriptor.Kind.AVERAGE), Dims.of(2, 1, 32, 32)),
                Arguments.of(Chains.mobileNetV2(), Dims.of(2, 8, 9, 7)),
                Arguments.of(Chains.uNet(), Dims.of(2, 2, 12, 8)),
                Arguments.of(Chains.copies(), Dims.of(2, 3, 5, 6)));
    }

    /** A chain with its numbers, and what must come out. */
    private static final class Run implements AutoCloseable {
        final RandomProblems random = new RandomProblems(SEED);
        final SequentialDescriptor chain;
        final List<Tensor> parameters;
        final Dims dims;
        final float[] src;
        final float[] expected;

        Run(SequentialDescriptor chain, Dims dims) {
            this.chain = chain;
            this.dims = dims;
            parameters = Chains.integers(chain, random);
            src = random.integers(dims.elements(), 4);
            expected = Chains.scatter(chain, parameters, src, dims);
            int telling = 0;
            for (float value : expected) {
                telling += value != 0 && value != 6 ? 1 : 0;
            }
            assertThat(telling).as("neither 0 nor clipped").isGreaterThan(expected.length / 10);
        }

        void assertExact(Sequential prepared, Layout from, Layout to) {
            try (Tensor out = Tensor.allocate(DataType.F32, chain.dstDims(dims), to);
                    Tensor moved = Tensor.allocate(DataType.F32, dims, from)) {
                moved.copyFrom(src, Layout.CHANNELS_FIRST);
                out.copyFrom(random.integers(expected.length, 100), to);
                prepared.forward(moved, out);
                assertThat(Chains.unsignedZeros(out.toFloatArray()))
                        .as("%s %s to %s", chain, from, to)
                        .containsExactly(expected);
                assertThat(moved.toFloatArray()).as("source").containsExactly(src);
            }
        }

        @Override
        public void close() {
            parameters.forEach(Tensor::close);
        }
    }

    @ParameterizedTest
    @MethodSource("chains")
    void forward_netShapesOnTheReference_equalsLayerByLayer(SequentialDescriptor chain, Dims dims) {
        try (Engine engine = new ReferenceEngine()) {
            assertLayerByLayer(chain, dims, engine);
        }
    }

    @ParameterizedTest
    @MethodSource("chains")
    @Tag("native")
    void forward_netShapesOnOneDnn_equalsLayerByLayer(SequentialDescriptor chain, Dims dims) {
        try (Engine engine = OneDnnEngine.open()) {
            assertLayerByLayer(chain, dims, engine);
        }
    }

    private static void assertLayerByLayer(SequentialDescriptor chain, Dims dims, Engine engine) {
        try (Run run = new Run(chain, dims);
                Sequential prepared = Sequential.prepare(engine, chain, run.parameters)) {
            for (int again = 0; again < 2; again++) {
                run.assertExact(prepared, Layout.CHANNELS_FIRST, Layout.CHANNELS_FIRST);
                run.assertExact(prepared, Layout.CHANNELS_LAST, Layout.CHANNELS_LAST);
                run.assertExact(prepared, Layout.CHANNELS_LAST, Layout.CHANNELS_FIRST);
            }
            assertThat(Chains.unsignedZeros(prepared.forward(run.src, dims))).containsExactly(run.expected);
            assertThat(prepared.implementationNames(dims, Layout.CHANNELS_LAST))
                    .hasSameSizeAs(chain.links())
                    .allMatch(name -> !name.isBlank());
        }
    }

    @Test
    @Tag("native")
    @Timeout(60)
    void forward_manyThreadsAndShapes_areAllExact() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        var runs = new ArrayList<Run>();
        try (Engine engine = OneDnnEngine.open()) {
            runs.add(new Run(Chains.uNet(), Dims.of(1, 2, 8, 8)));
            try (Sequential prepared = Sequential.prepare(engine, Chains.uNet(), runs.get(0).parameters)) {
                for (int size = 1; size < ChainWorkspaces.CAPACITY + 4; size++) {
                    runs.add(new Run(Chains.uNet(), Dims.of(1, 2, 4L * size, 4)));
                }
                var calls = new ArrayList<Future<?>>();
                for (Run run : runs) {
                    calls.add(threads.submit(() -> {
                        for (int i = 0; i < 50; i++) {
                            try (Tensor src = Tensor.of(run.src, run.dims);
                                    Tensor dst = prepared.forward(src)) {
                                assertThat(Chains.unsignedZeros(dst.toFloatArray()))
                                        .containsExactly(run.expected);
                            }
                        }
                    }));
                }
                for (Future<?> call : calls) {
                    call.get(50, TimeUnit.SECONDS);
                }
            }
        } finally {
            threads.shutdownNow();
            runs.forEach(Run::close);
        }
    }

    @Test
    void intermediateBytes_ofABlock_areTwoTensors() {
        // The residual sum is made in the destination, so only the two expanded tensors are held, and the first block's
        // output.
        SequentialDescriptor chain = Chains.mobileNetV2();
        try (Engine engine = new ReferenceEngine();
                Run run = new Run(chain, Dims.of(1, 8, 4, 4));
                Sequential prepared = Sequential.prepare(engine, chain, run.parameters)) {
            int expanded = 48 * 4 * 4 * Float.BYTES;
            int copied = 8 * 4 * 4 * Float.BYTES; // of the source, which is the caller's
            assertThat(prepared.intermediateBytes(run.dims)).isEqualTo(2 * expanded + copied);
        }
    }

    @Test
    void misuse_anyMistake_isTypedAndLeaksNothing() {
        SequentialDescriptor chain = Chains.uNet();
        try (Engine engine = new ReferenceEngine();
                Run run = new Run(chain, Dims.of(1, 2, 8, 8));
                Tensor src = Tensor.of(run.src, run.dims);
                Tensor dst = Tensor.allocate(chain.dstDims(run.dims))) {
            assertThatThrownBy(() -> Sequential.prepare(engine, chain, run.parameters.subList(1, 7)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("parameters must be", "6 tensors");
            var swapped = new ArrayList<>(run.parameters);
            swapped.set(6, run.parameters.get(0));
            assertThatThrownBy(() -> Sequential.prepare(engine, chain, swapped))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("weights must have dims 1x4x1x1");
            Sequential prepared = Sequential.prepare(engine, chain, run.parameters);
            assertThatThrownBy(() -> prepared.forward(src, src))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("dst must have dims 1x1x8x8, but was 1x2x8x8");
            assertThatThrownBy(() -> prepared.forward(dst, dst))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("src must have 2 channels");
            assertThatThrownBy(() -> prepared.forward(new float[2 * 7 * 8], Dims.of(1, 2, 7, 8)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContainingAll("skip of layer 6 must have dims 1x4x8x8", "1x4x7x8");
            prepared.forward(src, dst);
            assertThat(Chains.unsignedZeros(dst.toFloatArray())).containsExactly(run.expected);
            prepared.close();
            prepared.close();
            assertThatThrownBy(() -> prepared.forward(src, dst))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("is closed");
            Engine other = new ReferenceEngine();
            Sequential left = Sequential.prepare(other, chain, run.parameters);
            other.close();
            assertThatThrownBy(() -> left.forward(src, dst)).isInstanceOf(IllegalStateException.class);
        }
    }
}
