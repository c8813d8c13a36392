package io.github.faltung.planning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Program;
import io.github.faltung.convolution.Region;
import io.github.faltung.convolution.Routine;
import io.github.faltung.convolution.Storage;
import io.github.faltung.onednn.OneDnnEngine;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Part;
import io.github.faltung.tensor.Tensor;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs of the caller's own: bytes converted on the way in and out, layers said in the best way. */
@Tag("native")
class PlannedProgramTest {
    private static final ConvolutionDescriptor LAYER =
            ConvolutionDescriptor.conv2d(1, 1).kernel(3).build();

    static List<Supplier<Engine>> engines() {
        return List.of(
                ReferenceEngine::new,
                OneDnnEngine::open,
                () -> PlanningEngine.over(OneDnnEngine.open()),
                () -> PlanningEngine.over(new ReferenceEngine()));
    }

    /** Returns a program from bytes to bytes, with the layer between. */
    private static Program program(Convolution layer, Dims src, Dims dst) {
        Storage source = Storage.source(DataType.U8, Part.dense(src, Layout.CHANNELS_FIRST));
        Storage destination = Storage.destination(DataType.U8, Part.dense(dst, Layout.CHANNELS_FIRST));
        Storage in = Storage.strided(DataType.F32, src, Layout.CHANNELS_FIRST);
        Storage out = Storage.strided(DataType.F32, dst, Layout.CHANNELS_FIRST);
        return new Program(
                new ConvolutionProblem(layer.descriptor(), src),
                "from bytes to bytes",
                source,
                destination,
                List.of(new Program.Piece(List.of(
                        new Program.Copy(source.whole(), in.whole()),
                        new Program.Apply(layer, in.whole(), out.whole()),
                        new Program.Copy(out.whole(), destination.whole())))),
                List.of());
    }

    @ParameterizedTest
    @MethodSource("engines")
    void tryRun_bytes_areConvertedAndHeldInRange(Supplier<Engine> open) {
        Dims src = Dims.of(2, 1, 12, 70);
        Dims dst = Dims.of(2, 1, 10, 68);
        var random = new SplittableRandom(5);
        int[] pixels = random.ints(src.elements(), 0, 256).toArray();
        float[] weights = {-1, -2, 0.5f, 0, 3, 0, 1.5f, 0, -1};
        try (Engine engine = open.get();
                Tensor w = Tensor.of(weights, LAYER.weightsDims());
                Convolution layer = engine.convolution(LAYER, w);
                Routine routine = engine.routine(program(layer, src, dst));
                Tensor from = Tensor.of(pixels, DataType.U8, src, Layout.CHANNELS_FIRST);
                Tensor to = Tensor.allocate(DataType.U8, dst, Layout.CHANNELS_FIRST)) {
            assertThat(routine.tryRun(from, to)).isTrue();

            assertThat(to.toIntArray(Layout.CHANNELS_FIRST)).isEqualTo(expected(pixels, weights));
            assertThat(routine.explain().formulation()).isEqualTo("from bytes to bytes");
            assertThat(routine.engine()).isSameAs(engine);
        }
    }

    private static int[] expected(int[] pixels, float[] weights) {
        var expected = new int[2 * 10 * 68];
        for (int i = 0; i < expected.length; i++) {
            int first = i / 680 * 840 + i % 680 / 68 * 70 + i % 68;
            double sum = 0;
            for (int tap = 0; tap < 9; tap++) {
                sum += weights[tap] * pixels[first + tap / 3 * 70 + tap % 3];
            }
            expected[i] = (int) Math.max(0, Math.min(255, Math.rint(sum)));
        }
        return expected;
    }

    @ParameterizedTest
    @MethodSource("engines")
    void close_layerBeforeItsRoutine_closesTheRoutineFirst(Supplier<Engine> open) {
        Dims src = Dims.of(1, 1, 12, 70);
        Dims dst = Dims.of(1, 1, 10, 68);
        try (Engine engine = open.get();
                Tensor w = Tensor.of(new float[9], LAYER.weightsDims());
                Tensor from = Tensor.allocate(DataType.U8, src, Layout.CHANNELS_FIRST);
                Tensor to = Tensor.allocate(DataType.U8, dst, Layout.CHANNELS_FIRST)) {
            Convolution layer = engine.convolution(LAYER, w);
            Routine routine = engine.routine(program(layer, src, dst));
            layer.close();

            assertThat(routine.tryRun(from, to)).isFalse();
            assertThatThrownBy(() -> engine.routine(program(layer, src, dst)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("closed");
        }
    }

    @Test
    void routine_closed_givesItsLayersBack() {
        Dims src = Dims.of(1, 1, 12, 70);
        Dims dst = Dims.of(1, 1, 10, 68);
        try (Engine engine = PlanningEngine.over(OneDnnEngine.open());
                Tensor w = Tensor.of(new float[9], LAYER.weightsDims());
                Convolution layer = engine.convolution(LAYER, w)) {
            PlannedLayers layers = ((PlannedConvolution) layer).layers();
            Routine routine = engine.routine(program(layer, src, dst));

            assertThat(layers.count()).isPositive();
            routine.close();
            assertThat(layers.count()).isZero();
        }
    }

    private static Stream<Arguments> rows() {
        return engines().stream()
                .flatMap(open -> Stream.of(1, 3, 4)
                        .flatMap(channels ->
                                Stream.of(Arguments.of(open, channels, true), Arguments.of(open, channels, false))));
    }

    /** Rows of whole blocks are used where they are, but what is behind the outputs stays zero unless the program says that it need not. */
    @ParameterizedTest
    @MethodSource("rows")
    void tryRun_rowsOfWholeBlocks_areExact_andGapsStayUnlessLoose(
            Supplier<Engine> open, int channels, boolean isLoose) {
        int places = 96 / channels;
        ConvolutionDescriptor descriptor = ConvolutionDescriptor.conv2d(channels, channels)
                .depthwise()
                .kernel(3, 5)
                .build();
        var random = new SplittableRandom(7);
        int[] pixels = random.ints(96 * 9, 0, 256).toArray();
        int[] weights = random.ints(channels * 15L, -9, 10).toArray();
        Dims bytes = Dims.of(1, 1, 9, 96);
        Dims made = Dims.of(1, 1, 7, 96);
        try (Engine engine = open.get();
                Tensor w = Tensor.of(weights, DataType.F32, descriptor.weightsDims(), Layout.CHANNELS_FIRST);
                Convolution layer = engine.convolution(descriptor, w);
                Routine routine = engine.routine(rowsProgram(layer, channels, isLoose));
                Tensor from = Tensor.of(pixels, DataType.U8, bytes, Layout.CHANNELS_FIRST);
                Tensor to = Tensor.allocate(DataType.S32, made, Layout.CHANNELS_FIRST)) {
            for (int run = 0; run < 2; run++) {
                assertThat(routine.tryRun(from, to)).isTrue();
                int[] found = to.toIntArray(Layout.CHANNELS_FIRST);
                for (int i = 0; i < found.length; i++) {
                    int place = i % 96 / channels;
                    boolean isGap = place > places - 5;
                    if (!isGap || !isLoose) {
                        assertThat(found[i]).as("%d", i).isEqualTo(isGap ? 0 : sum(pixels, weights, channels, i));
                    }
                }
            }
        }
    }

    private static int sum(int[] pixels, int[] weights, int channels, int at) {
        int sum = 0;
        for (int tap = 0; tap < 15; tap++) {
            sum += weights[at % channels * 15 + tap] * pixels[at + tap / 5 * 96 + tap % 5 * channels];
        }
        return sum;
    }

    private static Program rowsProgram(Convolution layer, int channels, boolean isLoose) {
        Dims src = Dims.of(1, channels, 9, 96 / channels);
        Dims dst = Dims.of(1, channels, 7, 96 / channels);
        Dims spare = Dims.of(1, channels, 10, 96 / channels);
        Storage source = Storage.source(DataType.U8, Part.dense(Dims.of(1, 1, 9, 96), Layout.CHANNELS_FIRST));
        Storage destination =
                Storage.destination(DataType.S32, Part.dense(Dims.of(1, 1, 7, 96), Layout.CHANNELS_FIRST));
        Region in =
                Storage.loose(DataType.F32, spare, Layout.CHANNELS_LAST).whole().with(all -> all.slice(2, 0, 9));
        Storage out = isLoose
                ? Storage.loose(DataType.F32, dst, Layout.CHANNELS_LAST)
                : Storage.strided(DataType.F32, dst, Layout.CHANNELS_LAST);
        Region inside = out.whole().with(all -> all.slice(3, 0, 96 / channels - 4));
        return new Program(
                new ConvolutionProblem(layer.descriptor(), src),
                "rows",
                source,
                destination,
                List.of(new Program.Piece(List.of(
                        new Program.Copy(source.whole().with(all -> Part.dense(src, Layout.CHANNELS_LAST)), in),
                        new Program.Apply(layer, in, inside),
                        new Program.Copy(
                                out.whole(), destination.whole().with(all -> Part.dense(dst, Layout.CHANNELS_LAST)))))),
                List.of());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void ways_rowsOfWholeBlocks_needNoCopies_ifLoose(boolean isLoose) {
        ConvolutionDescriptor descriptor =
                ConvolutionDescriptor.conv2d(3, 3).depthwise().kernel(3, 5).build();
        try (Engine engine = PlanningEngine.over(OneDnnEngine.open());
                Tensor w = Tensor.allocate(descriptor.weightsDims());
                Convolution layer = engine.convolution(descriptor, w)) {
            Program program = rowsProgram(layer, 3, isLoose);
            var apply = (Program.Apply) program.steps().get(1);

            Candidate shifted = ((PlannedConvolution) layer)
                    .ways(apply, 1).stream()
                            .filter(way -> way.text().equals("5 shifted columns"))
                            .findFirst()
                            .orElseThrow();

            assertThat(shifted.steps()).hasSize(isLoose ? 5 : 6);
        }
    }
}
