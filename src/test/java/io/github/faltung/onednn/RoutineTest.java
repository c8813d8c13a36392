package io.github.faltung.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.Faltung;
import io.github.faltung.convolution.Convolution;
import io.github.faltung.convolution.ConvolutionDescriptor;
import io.github.faltung.convolution.ConvolutionProblem;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Program;
import io.github.faltung.convolution.Quantization;
import io.github.faltung.convolution.Region;
import io.github.faltung.convolution.Routine;
import io.github.faltung.convolution.Storage;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Part;
import io.github.faltung.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that callers write themselves. */
@Tag("native")
class RoutineTest {
    private static final Dims SRC = Dims.of(1, 4, 8, 8);
    private static final Dims DST = Dims.of(1, 4, 6, 6);
    private static final int MANY = 4096;

    private static Routine routine(Engine engine, Convolution conv) {
        DataType from = conv.descriptor().types().src();
        DataType to = conv.descriptor().types().dst();
        Storage src = Storage.source(from, Part.dense(SRC, Layout.CHANNELS_FIRST));
        var problem = new ConvolutionProblem(conv.descriptor(), SRC);
        Storage dst = Storage.destination(to, Part.dense(problem.dstDims(), Layout.CHANNELS_FIRST));
        return engine.routine(new Program(
                problem,
                "mine",
                src,
                dst,
                List.of(new Program.Piece(List.of(new Program.Apply(conv, src.whole(), dst.whole())))),
                List.of()));
    }

    private static Tensor bytes(ConvolutionDescriptor layer, int value) {
        var values = new int[(int) layer.weightsDims().elements()];
        Arrays.fill(values, value);
        return Tensor.of(values, layer.types().weights(), layer.weightsDims(), Layout.CHANNELS_FIRST);
    }

    /** What oneDNN would read 4 TiB from the tensor, or at the same place modulo 2^64 bytes. */
    @Test
    void source_awayFromTheTensor_isRefused() {
        assertThatThrownBy(() -> Storage.source(
                        DataType.F32, Part.dense(SRC, Layout.CHANNELS_FIRST).shifted(1L << 40)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("offset must be 0 in a caller's tensor");
        Storage src = Storage.source(DataType.F32, Part.dense(SRC, Layout.CHANNELS_FIRST));
        for (long offset : new long[] {1, 1L << 40, 1L << 61}) {
            assertThatThrownBy(() -> src.whole().with(part -> part.shifted(offset)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("part must end within source f32");
        }
        assertThatThrownBy(() ->
                        Storage.source(DataType.F32, new Part(0, Dims.of(2, 1), new long[] {(1L << 61) - 1, 1})))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("bytes must be less than 2^63");
        assertThat(new Region(src, src.part()).isWhole()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"onednn", "reference"})
    void updateWeights_floats_routineHasTheNewOnes(String name) {
        var layer = ConvolutionDescriptor.conv2d(4, 4).kernel(3).build();
        try (Engine engine = name.equals("onednn") ? OneDnnEngine.open() : new ReferenceEngine();
                Tensor weights = Tensor.allocate(layer.weightsDims());
                Convolution conv = engine.convolution(layer, weights);
                Routine routine = routine(engine, conv);
                Tensor src = Tensor.allocate(SRC);
                Tensor dst = Tensor.allocate(DST)) {
            src.set(3, 0, 1, 2, 2);
            assertThat(routine.tryRun(src, dst)).isTrue();
            assertThat(dst.toFloatArray()).containsOnly(0);
            weights.set(2, 3, 1, 1, 1);
            conv.updateWeights(weights, null);
            assertThat(routine.tryRun(src, dst)).isTrue();
            assertThat(dst.get(0, 3, 1, 1)).isEqualTo(6);
        }
    }

    /** Each result is of the old weights or the new ones, and neither waits for the other for ever. */
    @Test
    @Timeout(120)
    void updateWeights_whileRoutinesAreMade_isNeverTorn() throws Exception {
        var layer =
                ConvolutionDescriptor.conv2d(4, MANY).kernel(3).build(); // so many that replacing them takes a while
        Dims dstDims = Dims.of(1, MANY, 6, 6);
        ExecutorService other = Executors.newSingleThreadExecutor();
        try (Engine engine = OneDnnEngine.open();
                Tensor ones = Tensor.allocate(layer.weightsDims());
                Tensor twos = Tensor.allocate(layer.weightsDims());
                Convolution conv = engine.convolution(layer, ones);
                Tensor src = Tensor.allocate(SRC);
                Tensor dst = Tensor.allocate(dstDims)) {
            fill(ones, 1);
            fill(twos, 2);
            fill(src, 1);
            conv.updateWeights(ones, null);
            var stop = new AtomicBoolean();
            Future<Integer> updates = other.submit(() -> {
                int done = 0;
                while (!stop.get()) {
                    conv.updateWeights(done++ % 2 == 0 ? twos : ones, null);
                }
                return done;
            });
            for (int run = 0; run < 200; run++) {
                try (Routine routine = routine(engine, conv)) {
                    assertThat(routine.tryRun(src, dst)).isTrue();
                }
                assertThat(dst.toFloatArray()).containsOnly(dst.get(0, 0, 0, 0));
                assertThat(dst.get(0, 0, 0, 0)).isIn(36f, 72f);
            }
            stop.set(true);
            assertThat(updates.get()).isPositive();
        } finally {
            other.shutdownNow();
        }
    }

    private static void fill(Tensor tensor, float value) {
        var values = new float[(int) tensor.dims().elements()];
        Arrays.fill(values, value);
        tensor.copyFrom(values, Layout.CHANNELS_FIRST);
    }

    /** How integers are computed depends on how large the weights are, and where that is in floats the bias is compiled in. */
    @Test
    void updateWeights_integers_closesTheRoutine() {
        var layer = ConvolutionDescriptor.conv2d(4, 4)
                .kernel(3)
                .dataTypes(DataType.U8, DataType.U8, DataType.S32)
                .quantization(Quantization.NONE.withWeights(List.of(1f), List.of(100)))
                .build();
        try (Engine engine = OneDnnEngine.open();
                Tensor narrow = bytes(layer, 101);
                Tensor wide = bytes(layer, 255);
                Convolution conv = engine.convolution(layer, narrow);
                Routine before = routine(engine, conv);
                Tensor src = Tensor.allocate(DataType.U8, SRC, Layout.CHANNELS_FIRST);
                Tensor dst = Tensor.allocate(DataType.S32, DST, Layout.CHANNELS_FIRST)) {
            src.set(3, 0, 1, 2, 2);
            assertThat(before.tryRun(src, dst)).isTrue();
            assertThat(dst.get(0, 3, 1, 1)).isEqualTo(3);
            conv.updateWeights(wide, null);
            assertThat(before.tryRun(src, dst)).isFalse();
            try (Routine after = routine(engine, conv)) {
                assertThat(after.tryRun(src, dst)).isTrue();
                assertThat(dst.get(0, 3, 1, 1)).isEqualTo(465);
            }
        }
    }

    @Test
    void forEach_negativeParts_isRefused() {
        for (Engine engine : List.of(OneDnnEngine.open(), new ReferenceEngine())) {
            try (engine) {
                assertThatThrownBy(() -> engine.forEach(-1, part -> {}))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("parts must not be negative, but was -1");
            }
        }
    }

    /** A program over a planned layer may run it as columns, then rows; the new weights are not. */
    @Test
    void updateWeights_notSeparableAnyMore_routineIsClosedAndTheLayerRight() {
        var layer = ConvolutionDescriptor.conv2d(1, 1).kernel(9).build();
        Dims dims = Dims.of(1, 1, 400, 400);
        Dims dstDims = Dims.of(1, 1, 392, 392);
        try (Engine engine = Faltung.open();
                Tensor ones = Tensor.of(ones(81), layer.weightsDims());
                Convolution conv = engine.convolution(layer, ones);
                Tensor src = Tensor.allocate(dims);
                Tensor dst = Tensor.allocate(dstDims);
                Tensor other = Tensor.of(ones(81), layer.weightsDims())) {
            Storage from = Storage.source(DataType.F32, Part.dense(dims, Layout.CHANNELS_FIRST));
            Storage to = Storage.destination(DataType.F32, Part.dense(dstDims, Layout.CHANNELS_FIRST));
            var program = new Program(
                    new ConvolutionProblem(layer, dims),
                    "mine",
                    from,
                    to,
                    List.of(new Program.Piece(List.of(new Program.Apply(conv, from.whole(), to.whole())))),
                    List.of());
            src.set(3, 0, 0, 8, 8);
            try (Routine before = engine.routine(program)) {
                assertThat(before.tryRun(src, dst)).isTrue();
                assertThat(dst.get(0, 0, 0, 0)).isEqualTo(3);
                other.set(-40, 0, 0, 8, 8);
                conv.updateWeights(other, null);
                assertThat(before.tryRun(src, dst)).isFalse();
            }
            conv.forward(src, dst);
            assertThat(dst.get(0, 0, 0, 0)).isEqualTo(-120);
            assertThat(dst.get(0, 0, 1, 1)).isEqualTo(3);
            try (Routine after = engine.routine(program)) {
                assertThat(after.tryRun(src, dst)).isTrue();
                assertThat(dst.get(0, 0, 0, 0)).isEqualTo(-120);
            }
        }
    }

    private static float[] ones(int number) {
        var values = new float[number];
        Arrays.fill(values, 1);
        return values;
    }
}
