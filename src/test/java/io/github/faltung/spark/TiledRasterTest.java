package io.github.faltung.spark;

import static io.github.faltung.convolution.ConvolutionDescriptor.conv2d;
import static io.github.faltung.convolution.ConvolutionDescriptor.transposed2d;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.faltung.Faltung;
import io.github.faltung.checking.ChainBound;
import io.github.faltung.checking.Comparison;
import io.github.faltung.convolution.Engine;
import io.github.faltung.convolution.Link;
import io.github.faltung.convolution.Padding;
import io.github.faltung.convolution.PoolingDescriptor;
import io.github.faltung.convolution.PostOp;
import io.github.faltung.convolution.Sequential;
import io.github.faltung.convolution.SequentialDescriptor;
import io.github.faltung.exchange.NpyArray;
import io.github.faltung.exchange.NpyFile;
import io.github.faltung.reference.ReferenceEngine;
import io.github.faltung.tensor.DataType;
import io.github.faltung.tensor.Dims;
import io.github.faltung.tensor.Layout;
import io.github.faltung.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Rasters by tiles: on Spark, on this machine, and whole. */
@Tag("spark")
@ExtendWith(LocalSpark.class)
class TiledRasterTest {
    private static final long SEED = 20261127;

    @TempDir
    private Path folder;

    /** A stride, a dilation, an even kernel whose padding is uneven, and a bias, which the padding between layers must not see. */
    private static SequentialDescriptor chain() {
        return SequentialDescriptor.of(
                Link.withBias(conv2d(2, 4)
                        .kernel(3, 5)
                        .padding(Padding.same())
                        .postOps(PostOp.relu())
                        .build()),
                Link.withBias(conv2d(4, 4)
                        .groups(2)
                        .kernel(4, 4)
                        .padding(Padding.same())
                        .stride(2)
                        .build()),
                Link.of(conv2d(4, 3).kernel(3, 3).dilation(2).padding(2).build()));
    }

    private Path raster(Dims dims, boolean integers) throws IOException {
        var random = new Random(SEED);
        var values = new float[(int) dims.elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = integers ? random.nextInt(-1, 2) : random.nextFloat();
        }
        Path file = folder.resolve("raster.npy");
        try (Tensor tensor = Tensor.of(values, dims)) {
            NpyFile.write(file, tensor);
        }
        return file;
    }

    @ParameterizedTest
    @CsvSource({"16, 16", "7, 40", "1, 1000", "1000, 3"})
    void compute_onSpark_writesTheFileOfOneMachine(int height, int width) throws IOException {
        try (SampleChain sample = SampleChain.of(chain())) {
            TiledRaster raster = TiledRaster.of(sample.chain(), sample.parameters(), raster(Dims.of(2, 61, 83), false))
                    .withTiles(height, width);
            Path alone = folder.resolve("alone.npy");
            Path together = folder.resolve("together.npy");
            raster.compute(2, alone);
            raster.compute(LocalSpark.session(), together);
            assertThat(Files.mismatch(alone, together)).isEqualTo(-1);
            raster.write(raster.results(raster.sources(LocalSpark.session()).repartition(5)), together);
            assertThat(Files.mismatch(alone, together)).isEqualTo(-1);
        }
    }

    /** Every partial sum is exact, so the result is the same whatever the tiles, and the same as without any. */
    @ParameterizedTest
    @CsvSource({"16, 16", "5, 9", "1, 1", "1000, 1000"})
    void compute_ofSmallIntegers_equalsTheWhole(int height, int width) throws IOException {
        Path file = raster(Dims.of(2, 25, 38), true);
        Path tiled = folder.resolve("tiled.npy");
        try (SampleChain sample = SampleChain.ofIntegers(chain());
                Engine engine = Faltung.open();
                Sequential layers = sample.prepare(engine)) {
            TiledRaster.of(sample.chain(), sample.parameters(), file)
                    .withTiles(height, width)
                    .compute(2, tiled);
            float[] expected = layers.forward(values(file), Dims.of(1, 2, 25, 38));
            assertThat(values(tiled)).isEqualTo(expected);
            assertThat(expected).contains(1, -1);
        }
    }

    private static float[] values(Path file) throws IOException {
        try (Tensor tensor = NpyFile.read(file)) {
            return tensor.toFloatArray();
        }
    }

    @Test
    void compute_ofRealNumbers_staysWithinTheBoundOfTheWhole() throws IOException {
        Path file = raster(Dims.of(2, 61, 83), false);
        Path tiled = folder.resolve("tiled.npy");
        try (SampleChain sample = SampleChain.of(chain());
                Engine reference = new ReferenceEngine()) {
            TiledRaster.of(sample.chain(), sample.parameters(), file)
                    .withTiles(13, 17)
                    .compute(2, tiled);
            try (Tensor src = Tensor.of(values(file), Dims.of(1, 2, 61, 83))) {
                Comparison comparison =
                        new ChainBound(sample.chain(), sample.parameters()).compare(reference, src, values(tiled));
                assertThat(comparison.isMatch()).as("%s", comparison).isTrue();
                assertThat(comparison.worstRatio()).isPositive();
            }
        }
    }

    @Test
    void compute_ofBytes_equalsTheWholeWhateverTheTiles() throws IOException {
        var layer = conv2d(1, 1)
                .kernel(5, 5)
                .padding(Padding.same())
                .dataTypes(DataType.U8, DataType.S8, DataType.S32)
                .build();
        var random = new Random(SEED);
        Path file = folder.resolve("bytes.npy");
        Path tiled = folder.resolve("tiled.npy");
        try (Tensor weights = Tensor.of(
                        random.ints(25, -128, 128).toArray(), DataType.S8, layer.weightsDims(), Layout.CHANNELS_FIRST);
                Tensor src = Tensor.of(
                        random.ints(40 * 50, 0, 256).toArray(), DataType.U8, Dims.of(40, 50), Layout.CHANNELS_FIRST);
                Engine reference = new ReferenceEngine();
                Tensor whole = Tensor.allocate(DataType.U8, Dims.of(1, 1, 40, 50), Layout.CHANNELS_FIRST)) {
            NpyFile.write(file, src);
            whole.copyFrom(src.toFloatArray(), Layout.CHANNELS_FIRST);
            SequentialDescriptor chain = SequentialDescriptor.of(Link.of(layer));
            TiledRaster raster = TiledRaster.of(chain, List.of(weights), file).withTiles(9, 16);
            raster.compute(LocalSpark.session(), tiled);
            try (Tensor found = NpyFile.read(tiled);
                    Sequential layers = Sequential.prepare(reference, chain, List.of(weights));
                    Tensor expected = layers.forward(whole)) {
                assertThat(found.dims()).isEqualTo(Dims.of(40, 50));
                assertThat(found.toIntArray(Layout.CHANNELS_FIRST))
                        .isEqualTo(expected.toIntArray(Layout.CHANNELS_FIRST));
            }
        }
    }

    static Stream<SequentialDescriptor> indivisible() {
        return Stream.of(
                SequentialDescriptor.of(Link.of(transposed2d(2, 1).kernel(2).build())),
                SequentialDescriptor.of(
                        Link.of(PoolingDescriptor.max2d().kernel(2).build())),
                SequentialDescriptor.of(Link.of(conv2d(2, 2).build()))
                        .thenAdding(
                                0, Link.of(conv2d(2, 2).postOps(PostOp.sum()).build())),
                SequentialDescriptor.of(
                        Link.of(conv2d(2, 1).kernel(2).padding(2).build())));
    }

    @ParameterizedTest
    @MethodSource("indivisible")
    void of_chainThatCannotBeCut_isRefused(SequentialDescriptor chain) throws IOException {
        Path file = raster(Dims.of(2, 5, 5), true);
        try (SampleChain sample = SampleChain.of(chain)) {
            assertThatThrownBy(() -> TiledRaster.of(chain, sample.parameters(), file))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("over tiles");
        }
    }

    @Test
    void of_rasterThatDoesNotFit_isRefused() throws IOException {
        try (SampleChain sample = SampleChain.of(chain())) {
            Path channels = raster(Dims.of(3, 5, 5), true);
            assertThatThrownBy(() -> TiledRaster.of(sample.chain(), sample.parameters(), channels))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("channels");
            Path axes = raster(Dims.of(1, 2, 5, 5), true);
            assertThatThrownBy(() -> TiledRaster.of(sample.chain(), sample.parameters(), axes))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("2 axes, or 3");
        }
        var layer =
                conv2d(2, 1).dataTypes(DataType.U8, DataType.S8, DataType.F32).build();
        Path floats = raster(Dims.of(2, 5, 5), true);
        try (Tensor weights = Tensor.allocate(DataType.S8, layer.weightsDims(), Layout.CHANNELS_FIRST)) {
            var chain = SequentialDescriptor.of(Link.of(layer));
            assertThatThrownBy(() -> TiledRaster.of(chain, List.of(weights), floats))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("source type, u8");
        }
    }

    @Test
    void withTiles_tooLargeForAnArray_isRefused() throws IOException {
        var layer = conv2d(1, 1).kernel(3, 3).build();
        Path file = folder.resolve("huge.npy");
        NpyArray.create(file, DataType.F32, Dims.of(40_000, 40_000)).close();
        try (Tensor weights = Tensor.allocate(layer.weightsDims())) {
            TiledRaster raster = TiledRaster.of(SequentialDescriptor.of(Link.of(layer)), List.of(weights), file);
            assertThat(raster.tiles()).isEqualTo(40 * 40);
            assertThatThrownBy(() -> raster.withTiles(30_000, 30_000))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("2 GiB");
        }
    }
}
