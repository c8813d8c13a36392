package io.github.faltung.convolution;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The right results, on every engine: small integers, so that they are exact whatever the order of summation, against {@link
 * Scatter}. A test class per engine implements this; {@link EngineMisuseContract} is the other half.
 */
public interface EngineContract extends EngineMisuseContract {
    String CASES = "io.github.faltung.convolution.EngineContractCases#";

    @ParameterizedTest
    @MethodSource(CASES + "kindsAndPlaces")
    default void forward_everyKindInEveryLayout_isExact(ConvolutionProblem problem, Place src, Place dst) {
        var run = new Run(problem, true);
        try (Engine engine = open();
                Convolution layer = run.on(engine)) {
            run.assertExact(layer, src, dst);
        }
    }

    @ParameterizedTest
    @MethodSource(CASES + "paddings")
    default void forward_everyPadding_isExact(ConvolutionProblem problem) {
        var run = new Run(problem, false);
        try (Engine engine = open();
                Convolution layer = run.on(engine)) {
            run.assertExact(layer, Place.CHANNELS_FIRST, Place.CHANNELS_FIRST);
            run.assertExact(layer, Place.CHANNELS_LAST, Place.CHANNELS_LAST);
        }
    }

    @ParameterizedTest
    @MethodSource(CASES + "random")
    default void forward_randomProblem_isExact(ConvolutionProblem problem) {
        for (boolean hasBias : new boolean[] {false, true}) {
            var run = new Run(problem, hasBias);
            try (Engine engine = open();
                    Convolution layer = run.on(engine)) {
                run.assertExact(layer, Place.CHANNELS_FIRST, Place.CHANNELS_LAST);
            }
        }
    }

    @ParameterizedTest
    @MethodSource(CASES + "postOps")
    default void forward_exactPostOps_areAppliedInOrder(List<PostOp> chain) {
        for (ConvolutionBuilder layer : List.of(
                ConvolutionDescriptor.conv2d(5, 7).kernel(3).padding(1),
                ConvolutionDescriptor.conv2d(16, 16).depthwise().kernel(3),
                ConvolutionDescriptor.transposed2d(5, 7).kernel(2).stride(2))) {
            int channels = layer.build().outputChannels();
            ConvolutionDescriptor descriptor =
                    layer.postOps(RandomProblems.perChannel(chain, channels)).build();
            var run = new Run(new ConvolutionProblem(descriptor, Dims.of(2, descriptor.inputChannels(), 4, 5)), true);
            try (Engine engine = open();
                    Convolution conv = run.on(engine)) {
                run.assertExact(conv, Place.CHANNELS_FIRST, Place.CHANNELS_FIRST);
                run.assertExact(conv, Place.CHANNELS_LAST, Place.CHANNELS_LAST);
                run.assertExact(conv, Place.CHANNELS_LAST, Place.PITCHED);
            }
        }
    }

    @Test
    default void forward_sourceShapesVary_areAllExactAndAgain() {
        ConvolutionDescriptor layer = ConvolutionDescriptor.conv2d(3, 16)
                .kernel(3)
                .stride(2)
                .padding(Padding.same())
                .build();
        var first = new Run(new ConvolutionProblem(layer, Dims.of(1, 3, 4, 4)), true);
        try (Engine engine = open();
                Convolution conv = first.on(engine)) {
            for (int round = 0; round < 2; round++) {
                for (int size = 1; size <= 40; size++) {
                    Dims src = Dims.of(1 + size % 3, 3, size, 41 - size);
                    first.of(src).assertExact(conv, Place.CHANNELS_FIRST, Place.CHANNELS_FIRST);
                }
            }
        }
    }

    @Test
    default void forward_intoAnArray_readsWhatASumAdds() {
        var layer = ConvolutionDescriptor.conv2d(1, 1).postOps(PostOp.sum()).build();
        float[] dst = {10, 20, 30, 40};
        try (Engine engine = open();
                Tensor weights = Tensor.of(new float[] {2}, layer.weightsDims());
                Convolution conv = engine.convolution(layer, weights)) {
            conv.forward(new float[] {1, 2, 3, 4}, Dims.of(1, 1, 2, 2), dst);
        }
        assertThat(dst).containsExactly(12, 24, 36, 48);
    }

    @Test
    default void forward_arrays_areChannelsFirst() {
        var run = new Run(ConvolutionProblem.parse("mb2ic3ih6iw7oc4kh3kw2"), true);
        try (Engine engine = open();
                Convolution layer = run.on(engine)) {
            run.assertSame(layer.forward(run.src, run.problem.srcDims()));
        }
    }

    @ParameterizedTest
    @EnumSource
    default void convolution_weightsInAnyLayout_areUnderstood(Layout layout) {
        for (String line : List.of("g2mb1ic4ih6iw7oc6kh3kw2", "deconv g2mb1ic4ih6iw7oc6kh3kw2", "mb1ic8iw9oc8kw3")) {
            var run = new Run(ConvolutionProblem.parse(line), false);
            Dims dims = run.problem.descriptor().weightsDims();
            try (Engine engine = open();
                    Tensor weights = Tensor.allocate(DataType.F32, dims, layout)) {
                weights.copyFrom(run.weights, Layout.CHANNELS_FIRST);
                try (Convolution layer = engine.convolution(run.problem.descriptor(), weights)) {
                    run.assertExact(layer, Place.CHANNELS_FIRST, Place.CHANNELS_FIRST);
                }
            }
        }
    }

    @Test
    default void convolution_weightsChangedAndClosedLater_keepsItsCopy() {
        var run = new Run(ConvolutionProblem.parse("mb1ic16ih6iw7oc16kh3kw3"), true);
        ConvolutionDescriptor descriptor = run.problem.descriptor();
        try (Engine engine = open()) {
            Tensor weights = Place.WRAPPED.of(run.weights, descriptor.weightsDims());
            Tensor bias = Place.WRAPPED.of(run.bias(), descriptor.biasDims());
            try (Convolution layer = engine.convolution(descriptor, weights, bias)) {
                weights.copyFrom(new float[run.weights.length], Layout.CHANNELS_FIRST);
                bias.copyFrom(new float[run.bias().length], Layout.CHANNELS_FIRST);
                run.assertExact(layer, Place.CHANNELS_FIRST, Place.CHANNELS_FIRST);
                weights.close();
                bias.close();
                run.assertExact(layer, Place.CHANNELS_LAST, Place.CHANNELS_LAST);
            }
        }
    }

    @Test
    @Timeout(60)
    default void forward_fourThreadsOnOneLayer_areAllExact() throws Exception {
        var run = new Run(ConvolutionProblem.parse("mb1ic8ih9iw10oc16kh3kw3ph1pw1 --attr-post-ops=sum+relu"), true);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (Engine engine = open();
                Convolution layer = run.on(engine)) {
            List<Future<?>> calls = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                Run own = run.of(Dims.of(1, 8, 9 + t / 2, 10));
                Place place = t % 2 == 0 ? Place.CHANNELS_FIRST : Place.CHANNELS_LAST;
                calls.add(threads.submit(() -> {
                    for (int i = 0; i < 100; i++) {
                        own.assertExact(layer, place, place);
                    }
                }));
            }
            for (Future<?> call : calls) {
                call.get(50, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    @Timeout(60)
    default void forEach_partsThatRunLayers_runsEachOnceExactly() {
        var run = new Run(ConvolutionProblem.parse("mb1ic8ih9iw10oc16kh3kw3ph1pw1"), true);
        var counts = new AtomicIntegerArray(23);
        try (Engine engine = open();
                Convolution layer = run.on(engine)) {
            engine.forEach(counts.length(), part -> {
                run.assertExact(layer, Place.CHANNELS_FIRST, Place.CHANNELS_LAST);
                counts.incrementAndGet(part);
            });
            engine.forEach(0, part -> counts.incrementAndGet(0));
        }
        for (int part = 0; part < counts.length(); part++) {
            assertThat(counts.get(part)).isEqualTo(1);
        }
    }

    @Test
    default void explain_anyProblem_namesTheImplementation() {
        var run = new Run(ConvolutionProblem.parse("mb1ic8ih9iw10oc16kh3kw3ph1pw1"), false);
        try (Engine engine = open();
                Convolution layer = run.on(engine)) {
            for (Layout layout : List.of(Layout.CHANNELS_FIRST, Layout.CHANNELS_LAST)) {
                Explanation explanation = layer.explain(run.problem.srcDims(), layout);
                assertThat(explanation.implementation()).isNotBlank();
                assertThat(explanation.formulation()).isNotBlank();
                assertThat(explanation.scratchpadBytes()).isNotNegative();
                assertThat(explanation.problem()).isEqualTo(run.problem.toString());
            }
        }
    }

    /** One problem with its numbers: source, weights, bias, what the destination held, and what must come out. */
    final class Run {
        final ConvolutionProblem problem;
        final float[] src;
        final float[] weights;
        private final float @Nullable [] bias;

        Run(ConvolutionProblem problem, boolean hasBias) {
            this(
                    problem,
                    integers(problem.descriptor().weightsDims()),
                    hasBias ? integers(problem.descriptor().biasDims()) : null);
        }

        private Run(ConvolutionProblem problem, float[] weights, float @Nullable [] bias) {
            this.problem = problem;
            this.src = integers(problem.srcDims());
            this.weights = weights;
            this.bias = bias;
        }

        /** Returns the same layer with another source. */
        Run of(Dims src) {
            return new Run(new ConvolutionProblem(problem.descriptor(), src), weights, bias);
        }

        private static float[] integers(Dims dims) {
            return new RandomProblems(EngineContractCases.SEED + new Random(dims.hashCode()).nextInt(1000))
                    .integers(dims.elements(), 4);
        }

        float[] bias() {
            return bias == null ? new float[0] : bias;
        }

        Convolution on(Engine engine) {
            ConvolutionDescriptor descriptor = problem.descriptor();
            try (Tensor w = Tensor.of(weights, descriptor.weightsDims())) {
                if (bias == null) {
                    return engine.convolution(descriptor, w);
                }
                try (Tensor b = Tensor.of(bias, descriptor.biasDims())) {
                    return engine.convolution(descriptor, w, b);
                }
            }
        }

        /** Runs into a destination full of NaN, or of integers if they are read, so that an element left out shows. */
        void assertExact(Convolution layer, Place srcPlace, Place dstPlace) {
            float[] previous = previous();
            try (Tensor in = srcPlace.of(src, problem.srcDims());
                    Tensor out = dstPlace.of(previous, problem.dstDims())) {
                layer.forward(in, out);
                assertSame(out.toFloatArray(), previous, srcPlace + " to " + dstPlace);
                assertThat(in.toFloatArray())
                        .as("the source, which is only read")
                        .containsExactly(src);
            }
        }

        private float[] previous() {
            if (problem.descriptor().readsDestination()) {
                return integers(problem.dstDims());
            }
            var values = new float[Math.toIntExact(problem.dstDims().elements())];
            Arrays.fill(values, Float.NaN);
            return values;
        }

        void assertSame(float[] actual) {
            assertSame(actual, new float[actual.length], "arrays");
        }

        private void assertSame(float[] actual, float[] previous, String where) {
            float[] expected = Scatter.forward(problem, src, weights, bias, previous);
            assertThat(actual).hasSameSizeAs(expected);
            for (int i = 0; i < expected.length; i++) {
                if (actual[i] != expected[i]) {
                    throw new AssertionError("element " + i + " of " + expected.length + " must be " + expected[i]
                            + ", but was " + actual[i] + ", " + where + ": " + problem + " (seed "
                            + EngineContractCases.SEED + ")");
                }
            }
        }
    }
}
